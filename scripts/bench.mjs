// Bundles and runs one benchmark: `npm run bench feed`. What follows its name is passed on.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { buildSync } from 'esbuild';

const names = readdirSync('bench').flatMap((file) =>
  file.endsWith('.bench.ts') ? [file.slice(0, -'.bench.ts'.length)] : [],
);
const name = process.argv[2];
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`usage: npm run bench NAME, one of ${names.join(', ')}\n`);
  process.exit(2);
}
const outdir = `.tmp/bench/${name}`;
buildSync({
  entryPoints: [`bench/${name}.bench.ts`],
  bundle: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  // What a program imports on demand is loaded on demand: a process of `peers` has nothing but its own receiver in it.
  splitting: true,
  outdir,
  outExtension: { '.js': '.mjs' },
  alias: { '#transport': './src/mqtt/transport/node/nodeTransport.ts' },
});
process.exit(
  spawnSync(process.execPath, ['--expose-gc', `${outdir}/${name}.bench.mjs`, ...process.argv.slice(3)], {
    stdio: 'inherit',
  }).status ?? 1,
);
