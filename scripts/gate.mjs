// Runs every check of the gate, one after the other, and says at the end which failed and how long each took.
// `npm run gate -- lint types` runs the named ones only.
import { spawnSync } from 'node:child_process';
import { performance } from 'node:perf_hooks';

// The order is: what needs no build, the build, what looks at the build or the packed tarball.
const checks = [
  'types',
  'lint',
  'format:check',
  'arrows',
  'unused',
  'prose',
  'clean-build',
  'api:check',
  'size',
  'bench:guard',
  'pack',
  'publint',
  'attw',
  'test:packed',
];

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !checks.includes(name));
if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. Known are ${checks.join(', ')}.`);
  process.exit(2);
}

const results = [];
for (const name of chosen.length > 0 ? chosen : checks) {
  console.log(`\n===== ${name} =====`);
  const started = performance.now();
  const { status } = spawnSync('npm', ['run', '--silent', name], { stdio: ['ignore', 'inherit', 'inherit'] });
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
