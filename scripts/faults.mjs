// Bundles and runs the failure matrix: `npm run faults -- --quick`. Further arguments are passed on. With `RXQ_FRAME_TAP=off` the feeds
// have no frame tap.
import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';

const outfile = '.tmp/faults/main.mjs';
buildSync({
  entryPoints: ['test/faults/run/main.ts'],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile,
  alias: { '#transport': './test/support/transportOfRun.ts' },
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
