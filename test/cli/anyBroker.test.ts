import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { absentPort } from '../contract/silentServer.js';
import { startAedes } from '../support/aedesBroker.js';
import { fakeTerminal, type FakeTerminal } from './fakeTerminal.js';
import { isPrintedQuote, livesInEpoch, readRun } from './printedRun.js';

const broker = await startAedes({ refuse: (topic) => topic.includes('REFUSED') });
const folder = mkdtempSync(join(tmpdir(), 'rx-quotes-watch-'));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await broker.stop();
});

const ofBroker = ['--url', broker.tcpUrl, '--topic', 'px/{symbol}/book'];
const fields = ['--json-fields', 'bid=b,ask=a,bidVolume=bv'];

/** Runs a command while a text is published on topics, again and again. */
async function runWhile(
  texts: Readonly<Record<string, string>>,
  args: readonly string[],
  terminal: FakeTerminal,
): Promise<number> {
  let code: number | undefined;
  const running = run(args, terminal, { env: {} }).then((result) => {
    code = result;
  });
  while (code === undefined) {
    for (const [topic, text] of Object.entries(texts)) await broker.publish(topic, Buffer.from(text));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await running;
  return code;
}

const endWhenLive = (symbols: readonly string[]): FakeTerminal => {
  const isLive = livesInEpoch(0, symbols, 2);
  return fakeTerminal((line, { end }) => {
    if (isLive(line)) end('interrupted');
  });
};

describe('the command watches a broker with topics of its own', () => {
  it('and reads JSON by the names of the fields; a missing volume is no volume', async () => {
    const texts = { 'px/aot/book': '{"b":1.25,"a":"1.5","bv":300}', 'px/PTT/book': '{"b":null,"a":2}' };
    const terminal = endWhenLive(['aot', 'PTT']);
    expect(await runWhile(texts, ['watch', 'aot', 'PTT', '--json', ...ofBroker, ...fields], terminal)).toBe(0);
    const quotes = readRun(terminal.lines).updates.filter(isPrintedQuote);
    const last = (symbol: string): unknown => quotes.findLast((quote) => quote.symbol === symbol);
    expect(last('aot')).toMatchObject({ bid: 1.25, ask: 1.5, bidVolume: 300, askVolume: null, state: 'live' });
    expect(last('PTT')).toMatchObject({ bid: null, ask: 2, bidVolume: null });
  });

  it('and reads messages by a decoder module; a field that it leaves out is shown as missing', async () => {
    const decoder = join(folder, 'decoder.mjs');
    const body = 'const [bid, ask] = new TextDecoder().decode(payload).split(" ").map(Number);';
    writeFileSync(
      decoder,
      `export default function decode(payload, topic, symbol) { ${body} return { symbol, bid, ask }; }`,
    );
    const terminal = fakeTerminal((line, { end }) => {
      if (line.includes('●')) end('interrupted');
    });
    const args = ['watch', 'AOT', ...ofBroker, '--decoder', decoder];
    expect(await runWhile({ 'px/AOT/book': '61.75 62' }, args, terminal)).toBe(0);
    expect(terminal.lines.join('\n')).toMatch(/● AOT +61\.75 × – +62\.00 × – +live +unknown +epoch 0/);
  });

  it('and logs the first message that its fields do not fit', async () => {
    const terminal = fakeTerminal();
    const args = ['watch', 'AOT', '--json', '--seconds', '0.5', ...ofBroker, ...fields];
    expect(await runWhile({ 'px/AOT/book': '{"b":"much","a":2}' }, args, terminal)).toBe(1);
    expect(terminal.errors()).toContain('unreadable, the first of its kind: px/AOT/book carried "much" as field "b"');
  });
});

describe('a run without a quote exits with 1, and gives the reason with remedies', () => {
  it.each([
    ['at the end of the run', ['--seconds', '0.5'], undefined],
    ['at Ctrl-C', [], 'interrupted'],
  ] as const)('%s', async (_, more, ending) => {
    const terminal = fakeTerminal();
    const endSoon = setInterval(() => {
      if (ending !== undefined && terminal.errors().includes('connection live')) terminal.end(ending);
    }, 20);
    const args = ['watch', 'NOSUCH', '--json', ...more, ...ofBroker, ...fields];
    expect(await run(args, terminal, { env: {} })).toBe(1);
    clearInterval(endSoon);
    expect(terminal.errors()).toContain(`no quote ever came {"url":"${broker.tcpUrl}"}`);
    expect(terminal.errors()).toMatch(/no quote of NOSUCH in \d\.\d s; whether the market is open is unknown\n/);
    expect(terminal.errors()).toContain('→ check the spelling of these symbols');
  });

  it('also when the broker refuses the symbol', async () => {
    const terminal = fakeTerminal();
    const args = ['watch', 'REFUSED', '--json', '--seconds', '0.5', ...ofBroker, ...fields];
    expect(await run(args, terminal, { env: {} })).toBe(1);
    expect(terminal.errors()).toMatch(/RXP_TOPICS_REFUSED {2}the broker refuses 1 of 1 topics?: px\/REFUSED\/book\n/);
  });

  it('also when the broker can not be reached, and while the command runs', async () => {
    const terminal = fakeTerminal();
    const url = `mqtt://127.0.0.1:${String(await absentPort())}`;
    expect(await run(['watch', 'AOT', '--seconds', '2.8', '--url', url], terminal, { env: {} })).toBe(1);
    const [before, after] = terminal.errors().split('never connected') as [string, string];
    for (const text of [before, after]) expect(text).toMatch(/ RXP_\w+ {2}[^]+\n {15}→ check the port/);
    expect(before.match(/→ check the port/g), 'the remedy is logged once').toHaveLength(1);
  });
});
