import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { entriesWithoutPeers } from './packageEntries.js';

test('a CommonJS program loads every entry by require(), with the classes of its own RxJS', () => {
  const consumer = inject('consumer');
  const file = join(consumer, 'program.cjs');
  const entries = JSON.stringify(entriesWithoutPeers());
  writeFileSync(
    file,
    `const { NEVER, Observable } = require('rxjs');
const sizes = ${entries}.map((entry) => Object.keys(require(entry)).length);
const feed = require('rx-quotes/testing').fakeFeed({ quotes: NEVER });
console.log(JSON.stringify({ sizes, shared: feed.state$ instanceof Observable }));`,
  );
  const answer = execFileSync(process.execPath, [file], { cwd: consumer, encoding: 'utf8', timeout: 30_000 });
  const { sizes, shared } = JSON.parse(answer) as { sizes: number[]; shared: boolean };
  expect(Math.min(...sizes)).toBeGreaterThan(0);
  expect(shared).toBe(true);
});
