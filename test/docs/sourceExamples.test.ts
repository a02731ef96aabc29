import { readdirSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { Registry } from 'prom-client';
import protobuf from 'protobufjs';
import * as rxjs from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import * as operators from '../../operators/index.js';
import * as angular from '../../src/angular/index.js';
import * as face from '../../src/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as playbook from '../../src/playbook/index.js';
import * as relay from '../../src/relay/index.js';
import * as store from '../../src/store/index.js';
import * as settrade from '../../src/settrade/index.js';
import * as testing from '../../src/testing/index.js';
import { docExamples } from '../support/docExamples.js';
import { textVenue } from '../support/textVenue.js';

/** A key of the curve that Settrade's secrets are of, made for tests: the number 1. */
const secret = Buffer.from([...new Array<number>(31).fill(0), 1]).toString('base64');

/** A schema that a user has loaded. */
const { root } = protobuf.parse('syntax = "proto3"; message Quote { string symbol = 1; }');

interface Run {
  /** The lines that the example logged. */
  readonly said: readonly string[];
  /** The value of `returns` after it. */
  readonly value: unknown;
  readonly feed: testing.FakeFeed;
}

interface Expected {
  /** An expression of the example's own names. */
  readonly returns?: string;
  readonly check: (run: Run) => void | Promise<void>;
}

const closed = async (value: unknown): Promise<void> => {
  const feed = value as face.QuoteFeed;
  expect(feed.stats().received).toBe(0);
  await feed.close();
};
const nothing = (): void => undefined;

/** The expected result of each example. */
const expected: Readonly<Record<string, Expected>> = {
  'src/feed/quoteFeed.ts': { returns: 'feed', check: ({ value }) => closed(value) },
  'src/metrics/exposeMetrics.ts': {
    check: ({ said }) => {
      expect(said.join()).toContain('rx_quotes_received_total{feed="settrade"} 0');
    },
  },
  'src/metrics/promClientSink.ts': {
    returns: 'await registry.metrics()',
    check: ({ value }) => {
      expect(value).toContain('shop_quotes_subscribe_total 1');
    },
  },
  'src/metrics/samples.ts': {
    check: ({ said }) => {
      expect(said).toContain('rx_quotes_emitted_total {} 0');
    },
  },
  'src/metrics/serveMetrics.ts': {
    check: ({ said }) => {
      expect(said).toEqual([expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)]);
    },
  },
  'src/jsonQuote.ts': {
    returns: "readBook(new TextEncoder().encode('{\"b\":1}'), 'px/AOT/book', 'AOT').symbol",
    check: ({ value }) => {
      expect(value).toBe('AOT');
    },
  },
  'src/mqtt/fromMqtt.ts': {
    returns: "fake.publish('px/AOT/book', '{}')",
    check: ({ said }) => {
      expect(said).toEqual(['idle', ...new Array<string>(4).fill('connecting'), 'live', '["px/AOT/book"]']);
    },
  },
  'src/mqttVenue.ts': {
    returns: "venue.topic('quote', 'AOT')",
    check: ({ value }) => {
      expect(value).toBe('px/AOT/book');
    },
  },
  'src/playbook/findingChanges.ts': {
    check: ({ said }) => {
      expect(said).toEqual([]);
    },
  },
  'src/playbook/findings.ts': {
    check: ({ said }) => {
      expect(said).toEqual([]);
    },
  },
  'src/relay/relayVenue.ts': { returns: 'feed', check: ({ value }) => closed(value) },
  'src/angular/provideQuoteFeed.ts': {
    returns: 'providers.length',
    check: ({ value }) => {
      expect(value).toBe(1);
    },
  },
  'src/relay/startRelay.ts': { returns: 'relay', check: ({ value }) => closed(value) },
  'src/store/createQuoteStore.ts': {
    returns: 'store.getSnapshot().size',
    check: ({ value }) => {
      expect(value).toBe(0);
    },
  },
  'src/store/createStateStore.ts': {
    returns: 'state.getSnapshot().status',
    check: ({ value }) => {
      expect(value).toBe('idle');
    },
  },
  'src/store/describe.ts': {
    check: ({ said }) => {
      expect(said).toHaveLength(1);
    },
  },
  'src/playbook/sizing.ts': {
    check: ({ feed }) => {
      expect(feed.tunings).toEqual([{ capacity: expect.any(Number) as number }]);
    },
  },
  'src/protobufDecoder.ts': {
    returns: 'decodeQuote(Uint8Array.of(0x0a, 3, 0x41, 0x4f, 0x54))',
    check: ({ value }) => {
      expect(value).toEqual({ symbol: 'AOT' });
    },
  },
  'src/settrade/settrade.ts': { returns: 'feed', check: ({ value }) => closed(value) },
  'src/settrade/settradeCalendar.ts': {
    returns: "calendar.at(Date.parse('2026-12-04T16:35:00+07:00'), 'AOT')",
    check: ({ value }) => {
      expect(value).toEqual({ market: 'auction', until: Date.parse('2026-12-04T16:40:00+07:00') });
    },
  },
  // Their own expectations are the check: the test scheduler throws where they don't hold.
  'src/testing/fakeFeed.ts': { check: nothing },
  'src/testing/fakeTransport.ts': {
    returns: 'fake.connections.length',
    check: ({ value }) => {
      // The feed has no subscriber.
      expect(value).toBe(0);
    },
  },
  'src/testing/quoteMarbles.ts': {
    returns: 'quotes',
    check: ({ value }) => {
      expect(value).toMatchObject({ a: { kind: 'quote', bid: 70.25, state: 'live' }, s: { state: 'suspect' } });
    },
  },
  'src/testing/venue/startSimulatedVenue.ts': {
    returns: 'feed.stats().inFlight',
    check: ({ value }) => {
      expect(value).toBe(0);
    },
  },
  'src/testing/virtualClock.ts': { check: nothing },
};

/** Runs an example with the surroundings of a reader, without fixed ports. */
async function run(file: string, returns = 'undefined'): Promise<Run> {
  const said: string[] = [];
  const say = (...words: readonly unknown[]): void => {
    said.push(words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' '));
  };
  const testScheduler = new TestScheduler((actual, wanted) => {
    expect(actual).toEqual(wanted);
  });
  const feed = testing.fakeFeed({ quotes: rxjs.NEVER });
  const [example, ...more] = docExamples(file);
  expect(more).toEqual([]);
  const text = (example?.text ?? '').replace('port: 8000', 'port: 0');
  const fake = testing.fakeTransport();
  let result: Promise<unknown> = Promise.resolve();
  const start = (helpers: object): void => {
    const scope = {
      ...{
        ...rxjs,
        ...operators,
        ...face,
        ...metrics,
        ...playbook,
        ...relay,
        ...angular,
        ...store,
        ...settrade,
        ...testing,
        ...helpers,
      },
      ...{ testScheduler, feed, registry: new Registry(), root, fake, expect, log: say, trade: say },
      // No network.
      fromMqtt: (config: face.MqttConfig) => face.fromMqtt({ ...config, transport: fake.transport }),
      readQuote: (_: Uint8Array, topic: string) => [topic],
      ...{
        console: { log: say },
        process: { env: { APP_ID: 'app', APP_SECRET: secret } },
        TextDecoder,
        TextEncoder,
        Date,
      },
      venue: textVenue({ endpoint: () => rxjs.NEVER }),
    };
    const made = Object.entries(scope).filter(([name]) => !new RegExp(`const (\\{ )?${name}\\b`).test(text));
    const body = `return (async () => {\n${text}\nreturn ${returns};\n})()`;
    const call = compileFunction(
      body,
      made.map(([name]) => name),
    ) as (...given: readonly unknown[]) => Promise<unknown>;
    result = call(...made.map(([, value]) => value));
  };
  // Only where there are marbles: in there time is the scheduler's, for every timer of RxJS.
  if (/\bhot\(/.test(text)) testScheduler.run(start);
  else start({});
  return { said, value: await result, feed };
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => `src/${name.replaceAll('\\', '/')}`)
  .filter((file) => docExamples(file).length > 0);

describe('the examples in the doc comments of the feed', () => {
  it('run in this test', () => {
    expect(files.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(files)('have the result that they state (%s)', async (file) => {
    const { returns, check } = expected[file] as Expected;
    await check(await run(file, returns));
  });
});
