import { expect, test } from 'vitest';
import { writeLine } from '../../src/feed/diagnostics/logLines.js';
import { logLines } from '../../src/cli/view/logLines.js';

test('a line of the log has its time, its level as a word, its text and its fields, and no steps of connecting', () => {
  const written: string[] = [];
  const logger = logLines((text) => written.push(text), { now: () => Date.UTC(2026, 10, 30, 3, 0, 0, 7) });
  const status = { status: 'rejected', epoch: 1 };
  writeLine(logger, 'connection-connecting', { status: 'connecting', step: 'network', attempt: 0 });
  writeLine(logger, 'connection-idle', { status: 'idle' });
  writeLine(logger, 'silence', { scope: 'market', topics: 1, names: ['px/A'], count: 1 });
  writeLine(logger, 'connection-rejected', { ...status, code: 'RXQ_AUTH', retryAt: 5, why: 'the broker refuses' });
  expect(written.map((line) => line.replace(/^\d\d:\d\d:\d\d\.007 /, ''))).toEqual([
    'INFO connection idle {"event":"connection-idle","status":"idle"}\n',
    'WARN a market is open and sends nothing: px/A {"event":"silence","scope":"market","topics":1,"names":["px/A"],"count":1}\n',
    'ERROR connection rejected: the broker refuses {"event":"connection-rejected","status":"rejected","epoch":1,"code":"RXQ_AUTH","retryAt":5}\n',
  ]);
});
