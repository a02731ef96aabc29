import { describe, expect, test } from 'vitest';
import type { Logger } from '../../src/index.js';
import { ConnectionFailure } from '../../src/model/errors.js';
import { samples } from '../../src/metrics/index.js';
import { scene, type Scene, type SceneConfig } from './scene.js';
import { tradingScene } from './tradingScene.js';

interface Reconnected extends Scene {
  readonly lines: (readonly [level: string, bindings: { readonly event: string }, text: string])[];
}

function logged(): Pick<Reconnected, 'lines'> & { readonly logger: Logger } {
  const lines: [string, { readonly event: string }, string][] = [];
  const at =
    (level: string) =>
    (bindings: object, text: string): void => {
      lines.push([level, bindings as { readonly event: string }, text]);
    };
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

function live(config: SceneConfig = {}): Reconnected {
  const { lines, logger } = logged();
  const made = scene({ ...config, feed: { logger } });
  made.listen(['A']);
  made.price('A', 1);
  return { ...made, lines };
}

/** A feed of twenty symbols whose connection is replaced because all of them fell silent. */
function silent(): Reconnected {
  const { lines, logger } = logged();
  const made = tradingScene({ feed: { logger }, venue: { calendar: { at: () => ({ market: 'open' }) } } }, 200);
  made.trade(60_000);
  for (let more = 0; more < 600 && made.feed.stats().attempts === 1; more += 1) made.scheduler.advance(100);
  return { ...made, lines };
}

const asked: readonly [askedBy: string, why: RegExp, make: () => Reconnected][] = [
  [
    'application',
    /^the application called reconnect\(\)$/,
    () => {
      const it = live();
      it.feed.reconnect();
      return it;
    },
  ],
  ['silence', /^no symbol sends although a market is open/, silent],
  [
    'wake',
    /^no answer within 5000 ms of a sleep of 60000 ms$/,
    () => {
      const it = live({ fake: { ping: false } });
      it.sleep(60_000);
      it.wake();
      it.scheduler.advance(5_000);
      return it;
    },
  ],
];

describe('a reconnect that was asked for', () => {
  test.each(asked)('by %s names it in states, journal, log and counts, and is no failure', (askedBy, why, make) => {
    const it = make();
    it.scheduler.advance(0);
    const reason = {
      kind: 'reconnect',
      code: 'RXQ_RECONNECT',
      askedBy,
      message: expect.stringMatching(why) as string,
    };
    const last = it.states.slice(it.states.findLastIndex(({ status }) => status === 'waiting'));
    expect(last[0]).toMatchObject({ status: 'waiting', delay: 0, reason });
    expect(last[1]).toMatchObject({ status: 'connecting', attempt: 1, reason });
    expect(it.states.filter((state) => 'reason' in state && state.reason?.kind !== 'reconnect')).toEqual([]);
    expect(JSON.parse(JSON.stringify(it.feed.journal().entries))).toContainEqual(
      expect.objectContaining({
        state: expect.objectContaining({
          status: 'waiting',
          reason: expect.objectContaining({ ...reason }) as unknown,
        }) as unknown,
      }),
    );
    expect(it.lines).toContainEqual([
      'info',
      expect.objectContaining({ status: 'waiting', code: 'RXQ_RECONNECT', askedBy }) as unknown,
      expect.stringMatching(/^connection replaced: /) as unknown,
    ]);
    expect(it.lines.filter(([level, { event }]) => level === 'warn' && /^connection/.test(event))).toEqual([]);
    expect(it.feed.stats().reconnects).toEqual({ [askedBy]: 1 });
    expect(samples(it.feed.stats())).toContainEqual({
      name: 'rx_quotes_reconnects_total',
      labels: { cause: askedBy },
      value: 1,
    });
  });

  test('is named by explain() as the reason why a symbol is suspect', () => {
    const it = live();
    it.feed.reconnect();
    expect(it.feed.explain('A')[0]?.why).toContain('link lost, the application called reconnect() (RXQ_RECONNECT)');
  });

  test('is followed by the next connection at once, also the third in a row', () => {
    const it = live();
    for (let count = 0; count < 3; count += 1) {
      it.feed.reconnect();
      it.scheduler.advance(0);
    }
    expect(it.states.at(-1)).toMatchObject({ status: 'live', epoch: 3 });
    expect(it.states.some(({ flap }) => flap !== undefined)).toBe(false);
    expect(it.feed.stats().reconnects).toEqual({ application: 3 });
  });
});

test('a lost connection is counted by its kind of failure, and a failed attempt is not', () => {
  let isDown = false;
  const it = live({ fake: { suback: () => (isDown ? undefined : 0) } });
  isDown = true;
  it.fake.drop();
  it.scheduler.advance(30_000);
  expect(it.feed.stats().attempts).toBeGreaterThan(2);
  expect(it.feed.stats().reconnects).toEqual({ network: 1 });
});

test('an attempt after a failure has the failure as its reason, and the first attempt of the next subscriber has none', () => {
  const it = scene({ feed: { linger: 0 } });
  const { subscription } = it.listen(['A']);
  it.fake.drop(new ConnectionFailure('tls', 'why'));
  it.scheduler.advance(2_000);
  subscription.unsubscribe();
  it.listen(['A']);
  const words = it.states.map((state) =>
    state.status === 'connecting' ? (state.reason?.kind ?? 'none') : state.status,
  );
  const [four = [], again = []] = ['none', 'tls'].map((word) => Array.from({ length: 4 }, () => word));
  expect(words).toEqual(['idle', ...four, 'live', 'waiting', ...again, 'live', 'idle', ...four, 'live']);
});
