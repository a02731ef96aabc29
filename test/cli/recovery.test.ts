import { expect, it } from 'vitest';
import { Recovery } from '../../src/cli/recovery.js';
import type { Gap } from '../../src/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';

const gap: Gap = { kind: 'gap', phase: 'open', cause: 'link', fromEpoch: 0, lostAt: 0, topics: ['a', 'b'] };

it('a loss is over when the gap is closed and each symbol was live after it; live before it or suspect after it does not count', () => {
  const recovery = new Recovery(['A', 'B']);
  for (const symbol of ['A', 'B']) recovery.see(quoteOf({ symbol }));
  expect(recovery.missing).toEqual([]);
  recovery.provoke();
  expect(recovery.missing).toEqual(['the gap']);
  recovery.see(gap);
  for (const symbol of ['A', 'B']) recovery.see(quoteOf({ symbol, state: 'suspect' }));
  expect(recovery.missing).toEqual(['the link']);
  recovery.see({ ...gap, phase: 'closed', toEpoch: 1 });
  recovery.see(quoteOf({ symbol: 'A', state: 'suspect' }));
  expect(recovery.missing).toEqual(['A', 'B']);
  recovery.see(quoteOf({ symbol: 'A' }));
  expect(recovery.missing).toEqual(['B']);
  recovery.see(quoteOf({ symbol: 'B' }));
  expect(recovery.missing).toEqual([]);
});
