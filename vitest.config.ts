import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  resolve: {
    // The sources, not the build: the same choice that package.json "imports" makes for users, and `RXQ_FRAME_TAP=off` changes it.
    alias: { '#transport': fileURLToPath(new URL('./test/support/transportOfRun.ts', import.meta.url)) },
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/brokers/**',
      'test/browser/**',
      'test/interop/**',
      'test/oldest-mqtt/**',
      'test/package/**',
      'test/promtool/**',
    ],
    testTimeout: 20_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: '100%',
  },
});

export default config;
