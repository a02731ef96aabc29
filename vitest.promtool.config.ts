import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import shared from './vitest.config.js';

// Not merged: vitest would join its own lists of files with these.
const config: ViteUserConfig = mergeConfig(
  { ...shared, test: { ...shared.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/promtool/**/*.test.ts'] } }),
);

export default config;
