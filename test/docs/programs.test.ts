import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { compileFunction } from 'node:vm';
import { Registry } from 'prom-client';
import * as rxjs from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import ts from 'typescript';
import { expect, test, vi } from 'vitest';
import * as operators from '../../operators/index.js';
import * as angular from '../../src/angular/index.js';
import * as main from '../../src/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as playbook from '../../src/playbook/index.js';
import * as relay from '../../src/relay/index.js';
import * as store from '../../src/store/index.js';
import * as settrade from '../../src/settrade/index.js';
import * as testing from '../../src/testing/index.js';
import { type TextEvent, textVenue } from '../support/textVenue.js';

const page = 'docs/getting-started.md';

// Real sockets on a busy machine: nothing here depends on the time that a step takes.
vi.setConfig({ testTimeout: 60_000 });

/** The fenced blocks of a page in one language, in order. */
function blocksOf(file: string, language: 'ts' | 'text'): string[] {
  const fenced = readFileSync(file, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm);
  return [...fenced].filter(([, name]) => name === language).map(([, , text = '']) => text);
}

/** The program that a page shows in several blocks, each found by a text in it. */
function programOf(file: string, ...texts: readonly string[]): string {
  const found = texts.map((text) => blocksOf(file, 'ts').find((block) => block.includes(text)));
  expect(found).not.toContain(undefined);
  return found.join('\n');
}

/** Runs a program; `scope` replaces names that it imports or takes from the platform. Resolves with the value of `returns`. */
async function run(program: string, returns: string, lines: string[], scope: object): Promise<unknown> {
  const log = (...words: readonly unknown[]): void => {
    lines.push(words.map(String).join(' '));
  };
  const { outputText } = ts.transpileModule(program.replace(/^import .*\n/gm, ''), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const names = {
    ...{
      ...rxjs,
      ...operators,
      ...main,
      ...metrics,
      ...playbook,
      ...relay,
      ...angular,
      ...store,
      ...settrade,
      ...testing,
    },
    ...{ console: { log }, log, trade: log, expect, TestScheduler, TextEncoder },
    ...scope,
  };
  const given = Object.entries(names).filter(([name]) => !new RegExp(`const ${name}\\b`).test(outputText));
  const body = `return (async () => {\n${outputText.replace('export {};', '')}\nreturn ${returns};\n})()`;
  const call = compileFunction(
    body,
    given.map(([name]) => name),
  ) as (...values: readonly unknown[]) => Promise<unknown>;
  return call(...given.map(([, value]) => value));
}

/** Waits until lines with these beginnings are logged, in this order, from a place on; resolves with the place behind them. */
async function untilLogged(lines: readonly string[], from: number, ...wanted: readonly string[]): Promise<number> {
  let at = from;
  for (const beginning of wanted) {
    const isThere = (): boolean => lines.slice(at).some((line) => line.startsWith(beginning));
    for (let turn = 0; turn < 1_200 && !isThere(); turn += 1) await sleep(25);
    if (!isThere()) throw new Error(`"${beginning}" is not among ${JSON.stringify(lines.slice(at, at + 20))}`);
    at += 1 + lines.slice(at).findIndex((line) => line.startsWith(beginning));
  }
  return at;
}

test('the quick start of the README trades, reports that the price died, and trades again', async () => {
  const lines: string[] = [];
  let cut: () => void = () => undefined;
  const setTimeout = (work: () => void): void => {
    cut = work;
  };
  const made = await run(programOf('README.md', 'dropConnections'), '{ feed, simulated }', lines, { setTimeout });
  const { feed, simulated } = made as {
    feed: main.QuoteFeed;
    simulated: Awaited<ReturnType<typeof testing.startSimulatedVenue>>;
  };
  const trading = await untilLogged(lines, 0, 'trade AOT 6', 'trade PTT 3');
  cut();
  await untilLogged(lines, trading, 'stop AOT suspect', 'trade AOT 6');
  await feed.close();
  await simulated.stop();
});

test('the stream composed by hand in the README emits prices as fresh, and each dead one as stale', () => {
  const lines: string[] = [];
  const fake = testing.fakeTransport();
  const scheduler = new TestScheduler(() => undefined);
  let ended: Promise<unknown> = Promise.resolve();
  scheduler.run(({ flush }) => {
    const clock = testing.virtualClock(scheduler);
    const fromMqtt = (config: Parameters<typeof main.fromMqtt>[0]) =>
      main.fromMqtt({ ...config, clock, transport: fake.transport });
    ended = run(programOf('README.md', 'fromMqtt({'), 'undefined', lines, { fromMqtt });
    scheduler.schedule(() => {
      fake.publish('px/AOT/book', '{"b":61.75,"a":"62.00"}');
    }, 100);
    scheduler.schedule(() => {
      fake.drop();
    }, 6_000);
    scheduler.maxFrames = 7_000;
    flush();
  });
  expect(lines).toEqual(['AOT 61.75 fresh', 'AOT 61.75 stale']);
  return ended;
});

test('the program of "Getting started" prints what the page says after each step', async () => {
  const lines: string[] = [];
  const outputs = blocksOf(page, 'text').map((text) => text.trim().split('\n'));
  const [[, first = ''] = [], lost = [], [stale = '', ...recovered] = [], closed = []] = outputs;
  // A reader's program waits for a time. Here it waits for the lines of the page, so that a slow machine does not matter. The very
  // first line is left out: before the connection is live, a second message may take the place of the first one.
  const steps = [[first], lost, [stale], recovered.map((line) => line.replace(/, at .*/, ', at ')), closed];
  let from = 0;
  const wait = async (): Promise<void> => {
    from = await untilLogged(lines, from, ...(steps.shift() ?? []));
  };
  const parts = [
    'startSimulatedVenue({',
    'dropConnections',
    'feed.updates',
    '.pause()',
    'enterPhase',
    'simulated.stop',
  ];
  await run(programOf(page, ...parts), 'undefined', lines, { wait });
  expect(steps).toEqual([]);
  expect(lines).toContain('stop AOT: stale');
});

test('the program of "Deployment" stores all that waits when it gets SIGTERM, and then its server is gone', async () => {
  const stored: string[] = [];
  const fake = testing.fakeTransport();
  let stop = (): Promise<void> => Promise.resolve();
  const scope = {
    venue: textVenue(),
    quoteFeed: (config: Parameters<typeof main.quoteFeed<TextEvent>>[0]) =>
      main.quoteFeed({ ...config, transport: fake.transport }),
    register: new Registry(),
    store: async ({ symbol }: TextEvent) => {
      await sleep(50);
      stored.push(symbol);
    },
    process: {
      once: (signal: string, work: () => Promise<void>) => {
        expect(signal).toBe('SIGTERM');
        stop = work;
      },
    },
  };
  const program = programOf('docs/deployment.md', 'SIGTERM')
    .replace('port: 8000', 'port: 0')
    .replace('logger: console', '');
  const { feed, server } = (await run(program, '{ feed, server }', [], scope)) as {
    feed: main.QuoteFeed;
    server: Awaited<ReturnType<typeof metrics.serveMetrics>>;
  };
  await rxjs.firstValueFrom(feed.state$.pipe(rxjs.filter(({ status }) => status === 'live')));
  expect((await fetch(`${server.url}/ready`)).status).toBe(200);
  for (const symbol of ['AOT', 'PTT']) fake.publish(`px/${symbol}`, '1');
  // The feed drops what waits in it when it is closed.
  while (feed.stats().inFlight > 0) await sleep(1);
  await stop();
  expect(stored).toEqual(['AOT', 'PTT']);
  await expect(fetch(`${server.url}/ready`)).rejects.toThrow();
});

test('the marble test of "Getting started" passes, and fails for a feed that calls a suspect quote tradable', async () => {
  const program = programOf(page, 'fakeFeed({');
  await run(program, 'undefined', [], {});
  const blind = { isTradable: () => true };
  await expect(run(program, 'undefined', [], blind)).rejects.toThrow();
});
