// Bundles a program of the tests and runs it: `node scripts/runBundled.mjs test/fuzz/main.ts --quick`. Further arguments are passed
// on. With `RXQ_FRAME_TAP=off` its feeds have no frame tap.
import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';

const [entry, ...args] = process.argv.slice(2);
// Two folders deep, as the build's entries are: files beside the sources are found from there.
const outfile = `.tmp/${entry.split('/')[1]}/main.mjs`;
buildSync({
  entryPoints: [entry],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile,
  alias: { '#transport': './test/support/transportOfRun.ts' },
});
process.exit(spawnSync(process.execPath, [outfile, ...args], { stdio: 'inherit' }).status ?? 1);
