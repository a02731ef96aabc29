// Runs the named examples, or all. It first compiles their TypeScript to JavaScript. Needs the build.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const named = process.argv.slice(2);
for (const name of named.length > 0
  ? named
  : [
      'node-quotes',
      'generic-mqtt',
      'own-decoder',
      'by-hand',
      'market-watch',
      'settrade-quotes',
      'worker-consumer',
      'slow-consumers',
      'watch-list',
      'node-metrics',
    ]) {
  const source = join('examples', name, 'main.ts');
  if (!existsSync(source)) {
    console.error(`There is no ${source}.`);
    process.exit(2);
  }
  console.log(`== ${name}`);
  const outdir = resolve('.tmp/examples', name);
  // A worker is a separate program beside the one that starts it.
  const entryPoints = [source, join('examples', name, 'worker.ts')].filter((file) => existsSync(file));
  const outExtension = { '.js': '.mjs' };
  await build({
    entryPoints,
    outdir,
    outExtension,
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
  });
  await import(pathToFileURL(join(outdir, 'main.mjs')).href);
}
