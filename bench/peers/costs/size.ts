import { gzipSync } from 'node:zlib';
import { build as bundle } from 'esbuild';
import type { MeasureCost } from './cost.js';

/** kB of the main entry for a browser. */
export const measure: MeasureCost = async (build) => {
  const { outputFiles } = await bundle({
    entryPoints: [`${build}/dist/src/index.js`],
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    external: ['mqtt', 'rxjs'],
    write: false,
    legalComments: 'none',
  });
  return { 'size browser': gzipSync(outputFiles[0]!.contents, { level: 9 }).length / 1_000 };
};
