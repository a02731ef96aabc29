import { describe, expect, it } from 'vitest';
import { logLines, type LogEvent } from '../../src/feed/diagnostics/logLines.js';
import type { Logger } from '../../src/index.js';
import { ConnectionFailure } from '../../src/model/errors.js';
import { runFeed, type VirtualFeed, type VirtualFeedConfig } from '../support/virtualFeed.js';
import { tradingScene } from './tradingScene.js';
import { logTexts } from '../docs/logTexts.js';

interface Line {
  readonly level: string;
  readonly bindings: { readonly event: LogEvent };
  readonly text: string;
}

function memory(): { readonly lines: Line[]; readonly logger: Logger } {
  const lines: Line[] = [];
  const at =
    (level: string) =>
    (bindings: object, text: string): void => {
      lines.push({ level, bindings: bindings as Line['bindings'], text });
    };
  return { lines, logger: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

/** The lines of a feed that runs a script in virtual time. */
function logged(end: number, script: (virtual: VirtualFeed) => void, config: VirtualFeedConfig = {}): readonly Line[] {
  const { lines, logger } = memory();
  runFeed(end, script, { logger, ...config });
  return lines;
}

const of = (lines: readonly Line[], event: LogEvent): readonly Line[] =>
  lines.filter(({ bindings }) => bindings.event === event);

describe('a line of the log', () => {
  it('has its event, its level and exactly the fields of the table, whatever happens to a feed', () => {
    const lines = logged(
      60_000,
      ({ feed, fake, at }) => {
        feed.updates(['A', 'B', 'BAD']).subscribe();
        at(20, () => {
          fake.publish('px/A', '1');
          fake.publish('px/B', 'no price');
          fake.drop();
        });
        at(5_000, () => {
          fake.drop(new ConnectionFailure('auth', 'broker.test:1883 refused the credentials'));
        });
      },
      { broker: { suback: (topic) => (topic === 'px/BAD' ? 128 : 0) } },
    );
    const seen = new Set(lines.map(({ bindings }) => bindings.event));
    for (const event of [
      'connection-live',
      'connection-waiting',
      'topics-refused',
      'gap-open',
      'gap-closed',
      'rejected',
    ]) {
      expect(seen).toContain(event);
    }
    for (const { level, bindings } of lines) {
      const { event, ...fields } = bindings;
      expect(level).toBe(logLines[event].level);
      expect(Object.keys(logTexts[event].fields)).toEqual(expect.arrayContaining(Object.keys(fields)));
    }
  });

  it('warns of a topic that the broker refuses, with its name', () => {
    const refuse = (topic: string): number => (topic === 'px/BAD' ? 128 : 0);
    const lines = logged(100, ({ feed }) => feed.quotes(['A', 'BAD']).subscribe(), { broker: { suback: refuse } });
    expect(of(lines, 'topics-refused')).toEqual([
      {
        level: 'warn',
        bindings: { event: 'topics-refused', topics: 1, names: ['px/BAD'] },
        text: 'the broker refuses topics: px/BAD',
      },
    ]);
    expect(of(lines, 'connection-live').at(-1)?.bindings).toMatchObject({ wanted: 3, granted: 2, refused: 1 });
  });

  it('names five topics of many, and counts all', () => {
    const symbols = Array.from({ length: 9 }, (_, index) => `S${String(index)}`);
    const lines = logged(100, ({ feed }) => feed.quotes(symbols).subscribe(), { broker: { suback: () => 128 } });
    const [line] = of(lines, 'topics-refused');
    expect(line?.bindings).toMatchObject({ names: { length: 5 } });
    expect(line?.text).toMatch(/^the broker refuses topics: (px\/S\d; ){4}px\/S\d, and [1-9] more$/);
  });

  it('reports a gap when it opens and when it closes, with its length', () => {
    const lines = logged(10_000, ({ feed, fake, at }) => {
      feed.quotes(['A']).subscribe();
      at(100, () => {
        fake.drop();
      });
    });
    const common = { cause: 'link', fromEpoch: 0, topics: 2, names: ['px/A', 'market'], count: 1 };
    expect(of(lines, 'gap-open').map(({ level, bindings }) => [level, bindings])).toEqual([
      ['info', { event: 'gap-open', ...common }],
    ]);
    expect(of(lines, 'gap-closed').map(({ level, bindings }) => [level, bindings])).toEqual([
      ['info', { event: 'gap-closed', ...common, toEpoch: 1, lasted: expect.any(Number) as number }],
    ]);
  });

  it('warns of a stall, with its length', () => {
    const { lines, logger } = memory();
    const set = tradingScene({ feed: { logger }, venue: { calendar: { at: () => ({ market: 'open' }) } } }, 200);
    set.scheduler.advance(1_000);
    set.sleep(60_000);
    set.wake();
    set.scheduler.advance(1_000);
    expect(of(lines, 'stalled').map(({ level, bindings }) => [level, bindings])).toEqual([
      ['warn', { event: 'stalled', cause: 'wake', by: 60_000, epoch: 0, count: 1 }],
    ]);
  });

  it('warns once of a silent feed, with its number of symbols', () => {
    const { lines, logger } = memory();
    const set = tradingScene({ feed: { logger }, venue: { calendar: { at: () => ({ market: 'open' }) } } }, 200);
    set.scheduler.advance(1_000);
    set.trade(60_000);
    set.scheduler.advance(300_000);
    expect(set.states.some(({ status }) => status === 'silent')).toBe(true);
    expect(of(lines, 'silence').filter(({ text }) => text.startsWith('no symbol sends'))).toEqual([
      {
        level: 'warn',
        bindings: expect.objectContaining({
          scope: 'feed',
          topics: 20,
          names: ['S0', 'S1', 'S2', 'S3', 'S4'].map((one) => `px/${one}`),
        }) as unknown,
        text: expect.stringMatching(/^no symbol sends although a market is open: .*, and 15 more$/) as string,
      },
    ]);
  });

  it('warns of a dropped event and of the gap that it makes', () => {
    const lines = logged(
      1_000,
      ({ feed, fake, at }) => {
        feed.quotes(['A']).subscribe();
        at(100, () => {
          for (let n = 0; n < 20; n += 1) fake.publish('market', n % 2 === 0 ? 'open' : 'closed');
        });
      },
      { capacity: 2, maxBatch: 1 },
    );
    const [line] = of(lines, 'dropped');
    expect(line).toMatchObject({
      level: 'warn',
      bindings: { reason: 'control-capacity', topic: 'market', count: 1 },
      text: 'an event of market was dropped (control-capacity); 1 on this connection',
    });
    expect(of(lines, 'gap-open').map(({ bindings }) => bindings)).toContainEqual(
      expect.objectContaining({ cause: 'overflow' }),
    );
  });

  it('warns of a topic from a wildcard that is evicted', () => {
    const lines = logged(
      1_000,
      ({ feed, fake, at }) => {
        feed.quotes().subscribe();
        at(100, () => {
          for (const symbol of ['A', 'B', 'C', 'D', 'E']) fake.publish(`px/${symbol}`, '1');
        });
      },
      { capacity: 6 },
    );
    const [line] = of(lines, 'evicted');
    expect(line).toMatchObject({
      level: 'warn',
      bindings: { topic: 'px/A', count: 1 },
      text: 'px/A was evicted to make room for another; 1 on this connection',
    });
  });

  it('warns of a callback that throws', () => {
    const market = (): never => {
      throw new RangeError('mine');
    };
    const { lines, logger } = memory();
    const set = tradingScene({ feed: { logger }, venue: { market } }, 200);
    set.trade(1_000);
    expect(of(lines, 'callback-failed')).toEqual([
      {
        level: 'warn',
        bindings: { event: 'callback-failed', callback: 'market', error: 'RangeError', why: 'mine' },
        text: 'the callback market failed: mine',
      },
    ]);
  });

  it('shows a topic of a broker in one line of at most 200 characters', () => {
    const lines = logged(200, ({ feed, fake, at }) => {
      feed.quotes().subscribe();
      at(100, () => {
        fake.publish(`px/\u001b[2J\n${'x'.repeat(500)}`, 'no price');
      });
    });
    const [line] = of(lines, 'rejected') as readonly (Line & { readonly bindings: { readonly topic: string } })[];
    expect(line?.bindings.topic).toHaveLength(200);
    expect(line?.text).not.toMatch(/\p{Cc}/u);
  });
});

describe('lines of one kind', () => {
  const unreadable = (count: number): readonly Line[] =>
    of(
      logged(1_000, ({ feed, fake, at }) => {
        feed.quotes(['A', 'B']).subscribe();
        at(100, () => {
          for (let n = 0; n < count; n += 1) fake.publish('px/A', 'no price');
        });
      }),
      'rejected',
    );

  it('are the first ten, then each thousandth with the number of those left out', () => {
    const lines = unreadable(2_500);
    const numbers = lines.map(({ bindings }) => bindings as unknown as { count: number; leftOut?: number });
    expect(numbers.map(({ count, leftOut }) => [count, leftOut])).toEqual([
      ...Array.from({ length: 10 }, (_, index) => [index + 1, undefined]),
      [1_000, 989],
      [2_000, 999],
    ]);
    expect(lines.at(-1)?.text).toMatch(
      /^a message of px\/A can't be read \(threw\); 2000 .*; 999 such lines were left out$/,
    );
  });

  it('are counted apart from those of another reason, and anew with each live connection', () => {
    const rejected = (script: (virtual: VirtualFeed) => void, config: VirtualFeedConfig = {}): readonly string[] =>
      of(logged(20_000, script, config), 'rejected').map(({ text }) => text.slice(text.indexOf('(')));
    const kinds = rejected(({ feed, fake, at }) => {
      feed.quotes(['A']).subscribe();
      at(100, () => {
        for (let n = 0; n < 20; n += 1) fake.publish('px/A', 'no price');
        fake.publish('px/A', '');
      });
    });
    expect(kinds.slice(9)).toEqual(['(threw); 10 on this connection', '(empty); 1 on this connection']);
    const again = rejected(({ feed, fake, at }) => {
      feed.quotes(['A']).subscribe();
      const fail = (): void => {
        for (let n = 0; n < 20; n += 1) fake.publish('px/A', 'no price');
      };
      at(100, fail);
      at(200, () => {
        fake.drop();
      });
      at(10_000, fail);
    });
    expect(again).toHaveLength(20);
  });
});

describe('a secret', () => {
  it('is in no line of a feed whose credentials, headers and messages hold it', () => {
    const secret = 'S3cretPassw0rd';
    const { lines, logger } = memory();
    const set = tradingScene(
      {
        feed: { logger },
        venue: {
          endpoint: {
            url: `wss://broker.test/mqtt?token=${secret}`,
            ...{ username: 'desk', password: secret, headers: { Authorization: `Bearer ${secret}` } },
          },
        },
        fake: { suback: (topic) => (topic === 'px/S1' ? 128 : 0) },
      },
      200,
    );
    set.trade(5_000);
    set.price('S0', secret);
    set.fake.drop(new ConnectionFailure('auth', `https://u:${secret}@h/login?key=${secret} refuses`));
    set.scheduler.advance(120_000);
    expect(lines.map(({ bindings }) => bindings.event)).toEqual(
      expect.arrayContaining(['rejected', 'topics-refused', 'gap-open', 'connection-live']),
    );
    expect(JSON.stringify(lines)).not.toContain(secret);
  });
});
