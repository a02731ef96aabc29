import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/package/**/*.test.ts'],
    globalSetup: ['test/package/installPackage.ts'],
    testTimeout: 180_000,
    reporters: ['default', 'json'],
    outputFile: { json: '.tmp/tests/package.json' },
  },
});

export default config;
