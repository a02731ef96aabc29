import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import shared from './vitest.config.js';

// Not merged: vitest would join its own lists of files with these.
const config: ViteUserConfig = mergeConfig(
  { ...shared, test: { ...shared.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/interop/**/*.test.ts'], hookTimeout: 300_000, testTimeout: 60_000 } }),
);

export default config;
