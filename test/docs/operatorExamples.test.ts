import { readdirSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import * as rxjs from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as operators from '../../operators/index.js';
import { docExamples } from '../support/docExamples.js';

interface Quote {
  readonly symbol: string;
  readonly bid: number;
}

// The waits of retryBackoff are its own then, at three quarters.
vi.mock('../../operators/internal/chance.js', () => ({ chance: () => 0.5 }));

/** The arrivals: symbol and bid by milliseconds. */
const arrivals: readonly (readonly [at: number, quote: Quote])[] = [
  [0, { symbol: 'A', bid: 1 }],
  [10, { symbol: 'B', bid: 1 }],
  [20, { symbol: 'A', bid: 2 }],
  [150, { symbol: 'B', bid: 2 }],
];
const completeAt = 210;
/** Silence is shown by a source that goes on. */
const endless: readonly string[] = ['staleBy.ts'];

/** The output of an example, with the time, and the calls to its surroundings. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'asyncIterableFrom.ts': ['0 trade A1', '10 trade B1', '20 trade A2', '150 trade B2', '210 |'],
  'bufferBounded.ts': ['100 [A1 B1 A2]', '200 [B2]', '210 []', '210 |'],
  // A write takes 30 ms: what is newest of A takes the place in line behind B.
  'concatMapBounded.ts': ['0 store A1', '30 store B1', '60 store A2', '150 store B2', '210 |'],
  'conflateBy.ts': ['100 B1', '100 A2', '200 B2', '210 |'],
  'decode.ts': ['0 A7', '10 log empty', '20 log symbol', '30 B8', '210 |'],
  'latestBy.ts': ['100 {A: A2, B: B1}', '200 {A: A2, B: B2}', '210 |'],
  'observeOnBounded.ts': ['0 A1', '10 B1', '20 A2', '150 B2', '210 |'],
  'queueStats.ts': ['100 log 1', '100 B1', '100 log 1', '100 A2', '200 log 1', '200 B2', '210 |'],
  'retryBackoff.ts': ['0 connect', '750 connect', '750 verified', '2260 connect', '2260 verified'],
  'staleBy.ts': ['0 A1 fresh', '10 B1 fresh', '20 A2 fresh', '150 B2 fresh', '5020 A2 stale', '5150 B2 stale'],
  'tapMetrics.ts': [
    ...['0 quotes.subscribe', '0 quotes.next', '0 A1', '10 quotes.next', '10 B1', '20 quotes.next', '20 A2'],
    ...['150 quotes.next', '150 B2', '210 quotes.complete', '210 |'],
  ],
};

function shown(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(shown).join(' ')}]`;
  if (value instanceof Map) return `{${[...value].map(([key, one]) => `${String(key)}: ${shown(one)}`).join(', ')}}`;
  if (typeof value !== 'object' || value === null) return String(value);
  if ('stale' in value && 'value' in value) return `${shown(value.value)} ${value.stale === true ? 'stale' : 'fresh'}`;
  if ('symbol' in value && 'bid' in value) return `${String(value.symbol)}${String(value.bid)}`;
  return 'type' in value ? String(value.type) : JSON.stringify(value);
}

/** The names that the examples assume, playing the arrivals. */
function surroundings(file: string, say: (what: string) => void): Readonly<Record<string, unknown>> {
  const arrive = <T>(list: readonly (readonly [number, T])[]): rxjs.Observable<T> =>
    rxjs.merge(
      ...list.map(([at, value]) => rxjs.timer(at).pipe(rxjs.map(() => value))),
      endless.includes(file) ? rxjs.NEVER : rxjs.timer(completeAt).pipe(rxjs.ignoreElements()),
    );
  const frame = (topic: string, ...bytes: readonly number[]) => ({ topic, payload: Uint8Array.from(bytes) });
  let tries = 0;
  return {
    quotes$: arrive(arrivals),
    frames$: arrive([
      [0, frame('A', 7)],
      [10, frame('A')],
      [20, frame('?', 7)],
      [30, frame('B', 8)],
    ]),
    connection$: rxjs.defer(() => {
      say('connect');
      tries += 1;
      const lost$ = rxjs.timer(10).pipe(rxjs.mergeMap(() => rxjs.throwError(() => new Error('lost'))));
      if (tries === 1) return rxjs.throwError(() => new Error('refused'));
      return rxjs.concat(rxjs.of({ type: 'verified' }), tries === 2 ? lost$ : rxjs.NEVER);
    }),
    readQuote: ([bid = 0]: Uint8Array, symbol: string): Quote => {
      if (symbol === '?') throw Object.assign(new Error('no symbol'), { reason: 'symbol' });
      return { symbol, bid };
    },
    store: async (quote: Quote) => {
      say(`store ${shown(quote)}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    },
    trade: (quote: Quote) => {
      say(`trade ${shown(quote)}`);
    },
    log: (text: string) => {
      say(`log ${text}`);
    },
    sink: {
      counter: (name: string) => ({
        add: () => {
          say(name);
        },
      }),
      histogram: (name: string) => ({
        observe: () => {
          say(name);
        },
      }),
    },
  };
}

/** Runs an example with its surroundings, without types; the values of its streams are printed, too. */
async function run(file: string, text: string, say: (what: string) => void): Promise<void> {
  const scope = { ...rxjs, ...operators, ...surroundings(file, say) };
  // The last line of an example is its stream, unless it is a loop.
  const lines = text.trimEnd().split('\n');
  const last = lines.pop() ?? '';
  const body = `return (async () => {${[...lines, text.startsWith('for ') ? last : `return ${last}`].join('\n')}})()`;
  const example = compileFunction(body, Object.keys(scope)) as (...given: readonly unknown[]) => Promise<unknown>;
  const result = await example(...Object.values(scope));
  if (!rxjs.isObservable(result)) {
    say('|');
    return;
  }
  result.subscribe({
    next: (value) => {
      if (value !== undefined) say(shown(value));
    },
    complete: () => {
      say('|');
    },
  });
}

const files = readdirSync('operators').filter(
  (file) => file.endsWith('.ts') && docExamples(`operators/${file}`).length > 0,
);

describe('the example of every operator’s documentation', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now: 0 });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('runs in this test', () => {
    expect(files.toSorted()).toEqual(Object.keys(expected).toSorted());
  });

  it.each(files)('has the result that it states (%s)', async (file) => {
    const [example, ...more] = docExamples(`operators/${file}`);
    expect(more).toEqual([]);
    const said: string[] = [];
    const running = run(file, example?.text ?? '', (what) => said.push(`${String(Date.now())} ${what}`));
    await vi.advanceTimersByTimeAsync(10_000);
    await running;
    expect(said).toEqual(expected[file]);
  });
});
