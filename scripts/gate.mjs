// Runs every check of the gate, one after the other, and says at the end which failed and how long each took.
// `npm run gate -- lint types` runs the named ones only.
import { spawnSync } from 'node:child_process';
import { delimiter, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';

const tarball = '.tmp/package/rx-quotes.tgz';

// The order is: what needs no build, the build, what looks at the build or the packed tarball.
const checks = {
  types: 'tsc --noEmit',
  lint: 'eslint --max-warnings 0 .',
  format: 'biome format .',
  unused: 'knip',
  prose: 'node scripts/prose.mjs',
  mutants: 'node scripts/mutants.mjs --check',
  build: 'rm -rf dist && tsc -p config/tsconfig.build.json',
  arrows: 'depcruise --config config/dependency-cruiser.cjs .',
  api: 'node scripts/apiReports.mjs',
  size: 'size-limit',
  speed: 'node scripts/bench.mjs guard',
  playbook: 'node scripts/runBundled.mjs test/playbook/run/main.ts --quick',
  pack: 'tsc -p config/tsconfig.build.json && node scripts/pack.mjs',
  publint: `publint run --strict ${tarball}`,
  attw: `attw --profile esm-only ${tarball}`,
  package: 'vitest run --project package --reporter=default --reporter=json --outputFile.json=.tmp/tests/package.json',
};

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. Known are ${Object.keys(checks).join(', ')}.`);
  process.exit(2);
}

const env = { ...process.env, PATH: `${resolve('node_modules/.bin')}${delimiter}${process.env.PATH ?? ''}` };
const results = [];
for (const name of chosen.length > 0 ? chosen : Object.keys(checks)) {
  console.log(`\n===== ${name} =====`);
  const started = performance.now();
  const { status } = spawnSync(checks[name], { env, shell: true, stdio: ['ignore', 'inherit', 'inherit'] });
  results.push({ name, ok: status === 0, seconds: (performance.now() - started) / 1000 });
}

console.log('\n===== gate =====');
for (const { name, ok, seconds } of results) {
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name.padEnd(14)} ${seconds.toFixed(1).padStart(6)} s`);
}
const failed = results.filter(({ ok }) => !ok).map(({ name }) => name);
const total = results.reduce((sum, { seconds }) => sum + seconds, 0).toFixed(1);
console.log(failed.length === 0 ? `gate passed in ${total} s` : `gate FAILED in ${total} s: ${failed.join(', ')}`);
process.exitCode = failed.length === 0 ? 0 : 1;
