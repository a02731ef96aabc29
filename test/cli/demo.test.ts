import { monitorEventLoopDelay } from 'node:perf_hooks';
import { of } from 'rxjs';
import { expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { watch } from '../../src/cli/watch.js';
import { startDemo } from '../../src/cli/watched.js';
import { systemClock } from '../../src/index.js';
import { absentPort } from '../contract/silentServer.js';
import { expectRecovery, fiveSymbols } from './expectRecovery.js';
import { fakeTerminal } from './fakeTerminal.js';
import { livesInEpoch, readRun } from './printedRun.js';

/** Cuts the link after a second, when each symbol has had an image. */
const soon = { env: {}, dropAfter: 1000 };

it('the demo shows five symbols of a simulated market, cuts the link, makes every symbol suspect at once and recovers each', async () => {
  const recovered = livesInEpoch(1, fiveSymbols, 3);
  const terminal = fakeTerminal((line, { end }) => {
    if (recovered(line)) end('interrupted');
  });
  expect(await run(['demo', '--json'], terminal, soon)).toBe(0);
  expectRecovery(readRun(terminal.lines));
  expect(terminal.errors()).toMatch(
    /connection live.*cut the link\n.*connection waiting.*connection live.*connection closed/s,
  );
});

it('the demo emits each symbol as suspect within 100 ms of the cut, apart from the lag of a busy machine', async () => {
  const lateness = monitorEventLoopDelay({ resolution: 1 });
  const suspects: number[] = [];
  let cutAt = Infinity;
  const terminal = fakeTerminal((line, { end }) => {
    if (!line.includes('"state":"suspect"')) return;
    suspects.push(performance.now());
    if (suspects.length === fiveSymbols.length) end('interrupted');
  });
  const err = (text: string): void => {
    if (!text.includes('cut the link')) return;
    cutAt = performance.now();
    lateness.enable();
  };
  await run(['demo', '--json'], { ...terminal, err }, soon);
  lateness.disable();
  expect(suspects).toHaveLength(fiveSymbols.length);
  const slowest = Math.max(...suspects) - cutAt;
  expect(slowest).toBeLessThan(100 + lateness.max / 1e6);
});

it('the demo marks dead prices and gaps visibly', async () => {
  let isCut = false;
  const terminal = fakeTerminal((line, { end }) => {
    isCut ||= line.includes('GAP CLOSED');
    if (isCut && line.includes('●')) end('interrupted');
  });
  await run(['demo', 's & j'], terminal, soon);
  const [, , ...quotes] = terminal.lines.filter((line) => line.includes('S & J'));
  const open = terminal.lines.findIndex((line) => line.includes('GAP OPEN (link): from epoch 0 on, images of 1 topic'));
  expect(terminal.lines[open - 1]).toMatch(/ ● S & J +\d+\.\d\d × .* live +open +epoch 0$/);
  expect(terminal.lines[open + 1]).toMatch(/ ○ S & J +\d+\.\d\d × .* suspect +open +epoch 0 +unchanged for \d\.\d s$/);
  expect(quotes.at(-1)).toMatch(/ ● S & J .* live +open +epoch 1$/);
  expect(terminal.lines.at(-1)).toMatch(/^ {2}conserved +true$/);
});

it('the demo ends after --seconds with the counts of all messages', async () => {
  const terminal = fakeTerminal();
  expect(await run(['demo', 'AOT', 'PTT', '--json', '--seconds', '2'], terminal, { env: {} })).toBe(0);
  const { updates, summary } = readRun(terminal.lines);
  expect(new Set(updates.map((update) => update.kind !== 'gap' && update.symbol))).toEqual(new Set(['AOT', 'PTT']));
  expect(summary).toMatchObject({ conserved: true, epoch: 0, gaps: 0 });
});

it('the demo exits with 1 and names what is missing when it ends before the recovery', async () => {
  const terminal = fakeTerminal((line, { end }) => {
    if (line.includes('"gap"')) end('interrupted');
  });
  expect(await run(['demo', 'AOT', '--json'], terminal, { env: {}, dropAfter: 300 })).toBe(1);
  expect(readRun(terminal.lines).summary.conserved).toBe(true);
  expect(terminal.errors()).toContain('ended before all was as before the cut {"missing":["the link"]}');
});

it('the demo exits with 1 when it ends before its cut', async () => {
  const terminal = fakeTerminal();
  const args = ['demo', 'AOT', '--json', '--seconds', '0.5'];
  expect(await run(args, terminal, { env: {}, dropAfter: 60_000 })).toBe(1);
  expect(terminal.errors()).toContain('ended before the link was cut');
});

it('the demo exits with 0 when the user interrupts it before its cut', async () => {
  const terminal = fakeTerminal((line, { end }) => {
    if (line.includes('"state":"live"')) end('interrupted');
  });
  expect(await run(['demo', 'AOT', '--json'], terminal, { env: {} })).toBe(0);
});

it('the demo exits with 1 when its cut has no effect', async () => {
  const watched = await startDemo(['AOT'], systemClock, Infinity);
  const terminal = fakeTerminal();
  const options = { seconds: 0.5, json: true };
  expect(await watch({ ...watched, provoke: () => of('said to cut') }, options, terminal, systemClock)).toBe(1);
  await watched.stop();
  expect(terminal.errors()).toContain('ended before all was as before the cut {"missing":["the gap"]}');
});

it('the demo stops without a failure when the reader of stdout goes away', async () => {
  const terminal = fakeTerminal((_line, { end, lines }) => {
    if (lines.length === 3) end('broken pipe');
  });
  expect(await run(['demo', '--json'], terminal, { env: {} })).toBe(0);
  expect(terminal.lines).toHaveLength(3);
});

it('the demo exits with 1 when the broker can not be reached', async () => {
  const url = `mqtt://127.0.0.1:${String(await absentPort())}`;
  const terminal = fakeTerminal();
  expect(await run(['watch', 'AOT', '--json', '--seconds', '0.3', '--url', url], terminal, { env: {} })).toBe(1);
  expect(terminal.errors()).toContain(`never connected {"url":"${url}"}`);
});
