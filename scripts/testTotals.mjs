// Adds up vitest's JSON reports `.tmp/tests/<run>.json`, one a run named on the command line: `N passed, N failed`.
import { existsSync, readFileSync } from 'node:fs';

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
  // A file that could not be loaded has no tests to fail, and an error outside of any test fails none.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failures = report.numFailedTests + unloaded;
  failed += failures === 0 && !report.success ? 1 : failures;
}
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
