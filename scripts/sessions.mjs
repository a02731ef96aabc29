// Bundles and runs the labelled trading sessions: `npm run sessions -- --quick`. What follows is passed on.
import { spawnSync } from 'node:child_process';
import { buildSync } from 'esbuild';

const outfile = '.tmp/sessions/main.mjs';
buildSync({
  entryPoints: ['test/sessions/main.ts'],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  outfile,
});
process.exit(spawnSync(process.execPath, [outfile, ...process.argv.slice(2)], { stdio: 'inherit' }).status ?? 1);
