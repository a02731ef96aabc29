// Adds up vitest's JSON reports `.tmp/tests/<run>.json`, one a run named on the command line: every failure by its name,
// then `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

function tell(what, why) {
  console.error(`FAILED ${what}\n       ${(why ?? '').split('\n', 1)[0]}`);
}

let passed = 0;
let failed = 0;
for (const run of process.argv.slice(2)) {
  const path = `.tmp/tests/${run}.json`;
  if (!existsSync(path)) {
    console.error(`the ${run} tests did not run to their end`);
    process.exitCode = 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  passed += report.numPassedTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    const failing = assertionResults.filter((test) => test.status === 'failed');
    for (const { fullName, failureMessages } of failing) tell(`${run}: ${fullName}`, failureMessages[0]);
    if (status === 'failed' && failing.length === 0) tell(`${run}: ${relative('.', name)}`, message);
  }
  // A file that could not be loaded has no tests to fail, and an error outside of any test fails none.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failures = report.numFailedTests + unloaded;
  failed += failures === 0 && !report.success ? 1 : failures;
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
