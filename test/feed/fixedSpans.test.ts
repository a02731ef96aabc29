import { describe, expect, it } from 'vitest';
import { line, scene, type Scene, type SceneConfig } from './scene.js';
import { type TradingScene, tradingScene } from './tradingScene.js';

const minute = 60_000;
const hour = 60 * minute;
const span = 10_000;

interface Fixed extends Scene {
  readonly said: string[];
  /** Prices of the symbol A come at these times, in ms from now. */
  pricesAt(...times: readonly number[]): void;
  /** Lets time pass in steps of 1 ms, and returns after how many ms A is stale; `NaN` if not within a minute. */
  staleIn(): number;
}

/** A symbol with a span of 10 s in a market that is open. */
function fixedScene(config: SceneConfig = {}, market = 'open'): Fixed {
  const set = scene({ ...config, feed: { staleAfter: span, ...config.feed } });
  const said: string[] = [];
  set.feed.updates(['A', 'B']).subscribe((update) => said.push(line(update)));
  set.scheduler.advance(100);
  if (market !== '') set.fake.publish('market', market);
  const { scheduler } = set;
  return {
    ...set,
    said,
    pricesAt: (...times) => {
      const from = scheduler.now();
      for (const at of times) {
        scheduler.advance(from + at - scheduler.now());
        set.price('A', at);
      }
    },
    staleIn: () => {
      const from = scheduler.now();
      const before = said.length;
      while (scheduler.now() < from + minute) {
        scheduler.advance(1);
        if (said.slice(before).some((one) => /^A .* stale /.test(one))) return scheduler.now() - from;
      }
      return Number.NaN;
    },
  };
}

function staleOf({ said }: { readonly said: readonly string[] }): readonly string[] {
  return said.filter((one) => / stale /.test(one));
}

describe('a symbol with a fixed staleAfter', () => {
  it.each(['open', 'unknown', ''])(
    'is stale 10 s after its last message, not 10 s after an earlier one (market %o)',
    (market) => {
      const it = fixedScene({}, market);
      it.pricesAt(0, 1, 700, 3_000, 9_999, 12_345, 22_344, 22_345, 25_000);
      expect(staleOf(it)).toEqual([]);
      expect(it.staleIn()).toBe(span);
    },
  );

  it('is stale 10 s after its last message once more, after it was stale before', () => {
    const it = fixedScene();
    it.pricesAt(0, 5_000);
    expect(it.staleIn()).toBe(span);
    it.scheduler.advance(hour);
    it.price('B', 1);
    it.pricesAt(0, 4_000, 8_000);
    expect(it.staleIn()).toBe(span);
    expect(it.feed.stats().silences).toMatchObject({ topic: 3, feed: 0 });
  });

  it('is not stale over a lunch, and is stale 10 s after the market opens, although messages came before the close', () => {
    const it = fixedScene();
    it.pricesAt(0, 5_000, 9_000, 14_000);
    it.fake.publish('market', 'closed');
    it.scheduler.advance(2 * hour);
    it.fake.publish('market', 'open');
    expect(staleOf(it)).toEqual([]);
    expect(it.staleIn()).toBe(span);
  });

  it('is stale 10 s after the market opens, although another symbol has its first message meanwhile', () => {
    const it = fixedScene();
    it.price('B', 1);
    it.pricesAt(0, 5_000);
    it.fake.publish('market', 'closed');
    it.scheduler.advance(2 * hour);
    it.fake.publish('market', 'open');
    it.scheduler.advance(8_000);
    it.price('B', 2);
    expect(it.staleIn()).toBe(2_000);
  });

  it('is not stale over a lunch with messages, and is stale 10 s after the last message since the open', () => {
    const it = fixedScene();
    it.pricesAt(0, 5_000);
    it.fake.publish('market', 'closed');
    it.pricesAt(1_000, 30_000);
    it.scheduler.advance(hour);
    it.fake.publish('market', 'open');
    it.pricesAt(1_000, 6_000, 15_000);
    expect(staleOf(it)).toEqual([]);
    expect(it.staleIn()).toBe(span);
  });

  it('is stale 10 s after the first message over the next connection, not by the time of the lost connection', () => {
    const it = fixedScene();
    it.pricesAt(0, 5_000, 9_000);
    it.fake.drop();
    it.scheduler.advance(8_000);
    it.fake.publish('market', 'open');
    it.pricesAt(0, 4_000);
    expect(staleOf(it)).toEqual([]);
    expect(it.staleIn()).toBe(span);
  });

  it('is not stale because the process was stopped, if its messages are read after it', () => {
    const it = fixedScene();
    it.pricesAt(0, 5_000, 9_000);
    it.scheduler.spend(minute);
    // A stopped process runs its timers before it reads its sockets.
    it.scheduler.advance(0);
    it.price('A', 1);
    it.scheduler.advance(300);
    it.pricesAt(0, 4_000);
    expect(staleOf(it)).toEqual([]);
    expect(it.staleIn()).toBe(span);
  });

  it('is stale by the span that tune() set, from its next message on', () => {
    const it = fixedScene();
    it.pricesAt(0, 5_000);
    it.feed.tune({ staleAfter: 3_000 });
    it.pricesAt(1_000, 2_000);
    expect(it.staleIn()).toBe(3_000);
    it.feed.tune({ staleAfter: 20_000 });
    it.pricesAt(0, 1_000, 15_000);
    expect(it.staleIn()).toBe(20_000);
    it.pricesAt(0);
    it.feed.tune({ staleAfter: Infinity });
    it.pricesAt(1_000, 2_000);
    expect(it.staleIn()).toBeNaN();
  });

  it('has no timer left while its staleAfter is Infinity', () => {
    const it = fixedScene({ feed: { staleAfter: Infinity } });
    it.pricesAt(0, 5_000);
    it.scheduler.advance(hour);
    expect(it.scheduler.pending).toBe(0);
  });
});

const symbols = Array.from({ length: 20 }, (_, at) => `S${String(at)}`);

/** A `staleAfter` for the first 8 symbols. */
const forSome =
  (ms: number) =>
  (symbol: string): number | 'learned' =>
    symbols.indexOf(symbol) < 8 ? ms : 'learned';

function explained({ feed }: TradingScene): readonly { readonly thresholdMs: number; readonly samples: number }[] {
  return symbols.flatMap((symbol) => feed.explain(symbol)[0]?.silence ?? []);
}

function meanThreshold(it: TradingScene): number {
  return explained(it).reduce((sum, { thresholdMs }) => sum + thresholdMs, 0) / symbols.length;
}

describe('a feed whose symbols are tuned to a fixed staleAfter and back to learned', () => {
  it.each([
    ['all of its symbols', hour],
    ['some of its symbols', forSome(hour)],
  ])('learns no gap of %s while it is fixed, also over a close, and marks no symbol falsely', (_which, staleAfter) => {
    const it = tradingScene({}, 500);
    it.trade(20 * minute);
    const [before, samples] = [meanThreshold(it), explained(it)[0]?.samples];
    it.feed.tune({ staleAfter });
    it.forget();
    it.trade(20 * minute);
    // This silence would be quiet, if it were learned.
    it.senders.delete('S0');
    it.trade(minute);
    it.fake.publish('market', 'closed');
    it.scheduler.advance(hour);
    it.price('S0', 1);
    it.senders.add('S0');
    it.fake.publish('market', 'open');
    it.trade(20 * minute);
    expect(explained(it)[0]).toMatchObject({ thresholdMs: hour, undetectable: false, samples });
    it.feed.tune({ staleAfter: 'learned' });
    it.trade(5_000);
    expect(meanThreshold(it)).toBeGreaterThan(before / 2);
    expect(meanThreshold(it)).toBeLessThan(1.5 * before);
    it.trade(5 * minute);
    expect(meanThreshold(it)).toBeLessThan(1.5 * before);
    expect(staleOf(it)).toEqual([]);
    expect(it.feed.stats().silences).toMatchObject({ topic: 0, partial: 0, market: 0, feed: 0 });
  });

  it('marks no symbol by a span that a later message has replaced', () => {
    const it = tradingScene({ feed: { staleAfter: span } }, 500);
    it.trade(5_000);
    it.feed.tune({ staleAfter: 'learned' });
    it.trade(2 * minute);
    expect(staleOf(it)).toEqual([]);
  });
});

describe('a feed in which some symbols have a fixed staleAfter', () => {
  it('is not silent while those symbols send, although all others are silent', () => {
    const it = tradingScene({ feed: { staleAfter: forSome(span) } }, 200);
    it.trade(2 * minute);
    it.forget();
    for (const symbol of symbols.slice(8)) it.senders.delete(symbol);
    it.trade(5 * minute);
    expect(it.feed.stats()).toMatchObject({ attempts: 1, silences: { feed: 0 } });
    expect(it.states.map(({ status }) => status)).not.toContain('silent');
    expect(staleOf(it).filter((one) => symbols.indexOf(one.split(' ')[0] ?? '') < 8)).toEqual([]);
  });

  it('reports no symbol with a fixed staleAfter among the symbols that fell silent together', () => {
    const it = tradingScene({}, 1_000);
    it.trade(20 * minute);
    // Parts that fell silent are looked for from the second day on.
    it.fake.publish('market', 'closed');
    it.scheduler.advance(16 * hour);
    it.fake.publish('market', 'open');
    it.trade(20 * minute);
    it.feed.tune({ staleAfter: forSome(hour) });
    it.trade(minute);
    it.forget();
    for (const symbol of symbols.slice(7, 11)) it.senders.delete(symbol);
    it.trade(2 * minute);
    const stale = new Set(staleOf(it).map((one) => one.split(' ')[0]));
    expect([...stale].sort()).toEqual(['S10', 'S8', 'S9']);
    expect(it.feed.stats().silences.partial).toBe(1);
  });
});
