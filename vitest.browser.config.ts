import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import shared from './vitest.config.js';

// Not merged: vitest would join its own lists of files with these.
const config: ViteUserConfig = mergeConfig(
  { ...shared, test: { ...shared.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/browser/**/*.test.ts'],
      hookTimeout: 120_000,
      testTimeout: 120_000,
      // A browser has several processes of its own.
      fileParallelism: false,
    },
  }),
);

export default config;
