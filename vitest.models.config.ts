import { defineConfig, mergeConfig, type ViteUserConfig } from 'vitest/config';
import shared from './vitest.config.js';

/** In full what `npm test` runs a part of: random machines, random payloads, and every bit of the recorded ones. */
// Not merged: vitest would join its own lists of files with these.
const config: ViteUserConfig = mergeConfig(
  { ...shared, test: { ...shared.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: [
        'test/models/**/*.test.ts',
        'test/feed/conservation*.test.ts',
        'test/settrade/decodeBidOfferV3.damage.test.ts',
        'test/generate/differential.test.ts',
      ],
      env: { RXQ_MODELS: 'full' },
      testTimeout: 120_000,
    },
  }),
);

export default config;
