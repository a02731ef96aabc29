// Bundles and runs mutated inputs against what reads a broker's bytes: `npm run fuzz -- --quick`. Further arguments are passed on.
import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';

const outfile = '.tmp/fuzz/main.mjs';
buildSync({
  entryPoints: ['test/fuzz/main.ts'],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile,
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
