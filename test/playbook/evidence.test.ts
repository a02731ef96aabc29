import { describe, expect, it } from 'vitest';
import { ConnectionFailure } from '../../src/index.js';
import { type Finding, findings } from '../../src/playbook/index.js';
import { kindsScene } from '../support/kindsScene.js';
import { textVenue } from '../support/textVenue.js';
import { idleProcess } from './faults.js';
import { runFault } from './runFault.js';
import { runFeed, type VirtualFeed, type VirtualFeedConfig } from '../support/virtualFeed.js';

/** A script on a feed with an open market, and the times in ms at which its findings are taken. */
interface Script {
  readonly symbols?: readonly string[];
  /** The symbols that send every 500 ms; all of them unless set. */
  readonly sending?: readonly string[];
  readonly config?: VirtualFeedConfig;
  readonly provoke?: (virtual: VirtualFeed) => void;
  readonly at: readonly number[];
}

/** The findings at each time of the script, in its order. */
function read({ symbols = ['AOT', 'PTT'], sending = symbols, config, provoke, at: times }: Script): Finding[][] {
  const found: Finding[][] = [];
  const end = Math.max(...times) + 1;
  runFeed(
    end,
    (virtual) => {
      const { feed, fake, clock, at } = virtual;
      feed.quotes(symbols).subscribe();
      at(50, () => {
        fake.publish('market', 'open');
      });
      for (let time = 100; time < end; time += 500) {
        at(time, () => {
          if (fake.current.isOpen) for (const symbol of sending) fake.publish(`px/${symbol}`, '1');
        });
      }
      provoke?.(virtual);
      for (const time of times) {
        at(time, () => {
          found.push([...findings(feed, clock)]);
        });
      }
    },
    config,
  );
  return found;
}

const of = (list: readonly Finding[] | undefined, code: string): Finding | undefined =>
  list?.find((one) => one.code === code);

const seconds = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => (from + index) * 1_000);

describe('the last evidence of a finding', () => {
  it('moves with rejects that come at a constant rate, and stays after they end', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      for (let time = 1_250; time < 90_000; time += 1_000) {
        at(time, () => {
          fake.publish('px/AOT', 'no price');
        });
      }
    };
    const lists = read({ provoke, at: seconds(1, 120) });
    expect(of(lists[84], 'RXP_REJECTS')?.last).toBe(85_000);
    expect(of(lists[119], 'RXP_REJECTS')?.last).toBe(90_000);
  });

  it('moves while a consumer stays slow', () => {
    const provoke = ({ feed, spend }: VirtualFeed): void => {
      feed.quotes(['AOT', 'PTT'], { name: 'slow' }).subscribe(() => {
        spend(20);
      });
    };
    const lists = read({ config: { stallThreshold: Infinity }, provoke, at: seconds(50, 90) });
    expect(of(lists.at(-1), 'RXP_SLOW_CONSUMER')).toMatchObject({ last: 90_000 });
  });

  it('is the last loss of a connection, however late the playbook is asked', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      for (const time of [20_000, 50_000, 90_000]) {
        at(time, () => {
          fake.drop();
        });
      }
    };
    const [list] = read({ provoke, at: [200_000] });
    expect(of(list, 'RXP_RECONNECTS')).toMatchObject({ count: 3, last: 90_000 });
  });
});

describe('a blocked thread', () => {
  /** Late timers of the feed: `ms` of the thread at each time. */
  const blocked =
    (times: readonly number[], ms: number) =>
    ({ at, spend }: VirtualFeed): void => {
      for (const time of times) {
        at(time, () => {
          spend(ms);
        });
      }
    };

  it('once, as when a process starts, is no finding', () => {
    const [list] = read({ provoke: blocked([1_140], 200), at: [15_000] });
    expect(list).toEqual([]);
  });

  it('again and again is one, with how often', () => {
    const [list] = read({ provoke: blocked([1_140, 3_140, 5_140, 7_140], 200), at: [15_000] });
    expect(of(list, 'RXP_BUSY_THREAD')?.symptom).toMatch(
      /more than 50 ms late, 4 of \d+ times, since the feed was made$/,
    );
  });
});

describe('a feed without any price, in an open market, has a critical finding', () => {
  const critical = (list: readonly Finding[] | undefined): readonly string[] =>
    (list ?? []).filter(({ severity }) => severity === 'critical').map(({ code }) => code);

  it('when the broker refuses every symbol, and grants the market’s status', () => {
    const config: VirtualFeedConfig = { broker: { suback: (topic) => (topic.startsWith('px/') ? 128 : 0) } };
    const [list] = read({ config, sending: [], at: [1_000] });
    expect(critical(list)).toEqual(['RXP_TOPICS_REFUSED']);
  });

  it('when no quote can be read, and the market’s status can', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      for (let time = 1_000; time < 70_000; time += 1_000) {
        at(time, () => {
          fake.publish('px/AOT', 'no price');
          fake.publish('market', 'open');
        });
      }
    };
    const [list] = read({ sending: [], provoke, at: [70_000] });
    expect(critical(list)).toEqual(['RXP_REJECTS']);
  });

  it('when the broker refuses one symbol, and the others send nothing', () => {
    const config: VirtualFeedConfig = { broker: { suback: (topic) => (topic === 'px/PTT' ? 128 : 0) } };
    const [list] = read({ config, sending: [], at: [70_000] });
    expect(list?.map(({ code, severity }) => `${severity} ${code}`)).toEqual([
      'warning RXP_TOPICS_REFUSED',
      'critical RXP_NO_QUOTES',
    ]);
  });

  it('when no symbol has the image that the venue sends on subscribing', () => {
    const config: VirtualFeedConfig = { venue: textVenue({ onSubscribe: 'snapshot' }) };
    const [none, one] = [read({ config, sending: [], at: [10_000] }), read({ config, sending: ['AOT'], at: [10_000] })];
    expect(critical(none[0])).toEqual(['RXP_TOPICS_SILENT']);
    expect(of(one[0], 'RXP_TOPICS_SILENT')).toMatchObject({ severity: 'warning' });
  });
});

describe('a symbol that sends nothing while others do', () => {
  it('is a finding only after five minutes of its own, however long another one waits', () => {
    const provoke = ({ feed, fake, at }: VirtualFeed): void => {
      feed.quotes(['LATE']).subscribe();
      at(309_900, () => {
        feed.quotes(['NEW']).subscribe();
        fake.publish('px/LATE', '1');
      });
    };
    const [before, after] = read({ provoke, at: seconds(1, 310) }).slice(-2);
    expect(of(before, 'RXP_SYMBOLS_AWAITING')).toMatchObject({ names: ['LATE'] });
    expect(after).toEqual([]);
  });

  it('is none at the first reading of an old feed that got a new symbol', () => {
    const provoke = ({ feed, at }: VirtualFeed): void => {
      at(399_000, () => {
        feed.quotes(['NEW']).subscribe();
      });
    };
    expect(read({ provoke, at: [400_000] })).toEqual([[]]);
  });

  it('is none when its market has just opened, be it subscribed since the night', () => {
    const provoke = ({ feed, fake, at }: VirtualFeed): void => {
      feed.quotes(['LATE']).subscribe();
      at(51, () => {
        fake.publish('market', 'closed');
      });
      at(400_050, () => {
        fake.publish('market', 'open');
      });
    };
    const [, , first, , later] = read({ provoke, at: [1_000, 300_000, 401_000, 402_000, 703_000] });
    expect(first).toEqual([]);
    expect(of(later, 'RXP_SYMBOLS_AWAITING')).toMatchObject({ names: ['LATE'] });
  });

  it('is found by its small letters, also when most symbols have them', () => {
    const [, list] = read({ symbols: ['AOT', 'ptt', 'cpall'], sending: ['AOT'], at: [9_000, 70_000] });
    expect(of(list, 'RXP_SYMBOL_SPELLING')).toMatchObject({ names: ['ptt', 'cpall'] });
  });
});

describe('a lost connection', () => {
  it('stays one finding through all attempts, also when no symbol had an image', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      at(1_000, () => {
        fake.drop(new ConnectionFailure('network', 'no such host', { subcause: 'dns' }));
      });
    };
    const at = Array.from({ length: 20 }, (_, index) => 1_010 + 50 * index);
    const lists = read({ config: { broker: { latency: 300 } }, sending: [], provoke, at });
    const critical = lists.map((list) => of(list, 'RXP_DNS')?.since);
    expect(critical).toEqual(at.map(() => 1_000));
  });
});

describe('a step of the wall clock back by an hour', () => {
  it('raises nothing that had cleared', () => {
    const found: (readonly Finding[])[] = [];
    runFeed(100_000, ({ feed, fake, clock, at }) => {
      feed.quotes(['AOT']).subscribe();
      at(1_000, () => {
        fake.publish('px/AOT', 'no price');
        fake.publish('px/AOT', '1');
      });
      for (const [time, step] of [
        [2_000, 0],
        [80_000, 0],
        [95_000, 3_600_000],
      ] as const) {
        at(time, () => {
          found.push(findings(feed, { now: () => clock.now() - step }));
        });
      }
    });
    expect(found.map((list) => of(list, 'RXP_REJECTS') !== undefined)).toEqual([true, false, false]);
  });
});

describe('long pauses of garbage collection', () => {
  it('are a finding from three in a minute on', () => {
    const [two, three] = [2, 3].map((pauses) =>
      runFault({
        at: 20_000,
        clearBy: 0,
        reading: (snapshot, at) => {
          const process = idleProcess(at);
          return { ...snapshot, process: { ...process, gc: { ...process.gc, long: at > 10_000 ? pauses : 0 } } };
        },
      }).findings.get(20_000),
    );
    expect(two).toEqual([]);
    expect(three?.map(({ detected }) => detected.symptom)).toEqual([
      'garbage collection made 3 pauses of 50 ms and more since the feed was made, and took 1 % of the time',
    ]);
  });
});

describe('stale and silent symbols', () => {
  it('are counted apart by the rule that judged them, and none hides the others', () => {
    const staleAfter = (symbol: string): number | 'learned' => (symbol === 'S0' ? 1_000 : 'learned');
    const symbols = Array.from({ length: 10 }, (_, index) => `S${String(index)}`);
    const provoke = ({ fake, at }: VirtualFeed): void => {
      for (let time = 130; time < 60_000; time += 500) {
        at(time, () => {
          for (const symbol of symbols.slice(0, 2)) fake.publish(`px/${symbol}`, '1');
        });
      }
    };
    const sending = symbols.slice(2);
    const [list] = read({ symbols, sending, config: { staleAfter }, provoke, at: [120_000] });
    expect(of(list, 'RXP_STALE_SPAN')).toMatchObject({ names: ['S0'], count: 1 });
    expect(of(list, 'RXP_SYMBOLS_STALE')).toMatchObject({ names: ['S1'], count: 1 });
  });

  it('of more than 200 with a span of yours are counted in full', () => {
    const symbols = Array.from({ length: 250 }, (_, index) => `S${String(index)}`);
    const provoke = ({ fake, at }: VirtualFeed): void => {
      at(60, () => {
        for (const symbol of symbols) fake.publish(`px/${symbol}`, '1');
      });
    };
    const [list] = read({ symbols, sending: ['S0'], config: { staleAfter: 1_000 }, provoke, at: [5_000] });
    expect(of(list, 'RXP_STALE_SPAN')).toMatchObject({ count: 249 });
    expect(of(list, 'RXP_SYMBOLS_STALE')).toBeUndefined();
  });

  it('of the whole feed are reported with the time since their last image', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      for (let time = 150; time < 60_000; time += 500) {
        at(time, () => {
          for (const symbol of ['AOT', 'PTT']) fake.publish(`px/${symbol}`, '1');
        });
      }
    };
    const lists = read({ sending: [], provoke, at: seconds(60, 130) });
    const first = lists.map((list) => of(list, 'RXP_FEED_SILENT')).findIndex((one) => one !== undefined);
    const age = 60 + first - 59.65;
    expect(lists[first]?.[0]?.symptom).toBe(
      `no symbol has sent anything for ${String(Math.round(10 * age) / 10)} s, though a market was open`,
    );
  });

  it('in a market of unknown state come with the advice to give a calendar', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      at(5_000, () => {
        fake.drop();
      });
    };
    const config: VirtualFeedConfig = { venue: textVenue({ topics: { quote: 'px/{symbol}' } }) };
    const lists = read({
      config,
      sending: [],
      provoke: (virtual) => {
        virtual.at(150, () => {
          virtual.fake.publish('px/AOT', '1');
        });
        provoke(virtual);
      },
      at: [30_000],
    });
    expect(of(lists[0], 'RXP_NO_TRUST')?.fixes[0]).toContain('give the venue a calendar');
  });
});

describe('a closed feed', () => {
  it('has no findings, also of the last minutes', () => {
    const provoke = ({ feed, fake, at }: VirtualFeed): void => {
      at(1_000, () => {
        fake.publish('px/AOT', 'no price');
      });
      at(2_500, () => void feed.close());
    };
    const lists = read({ provoke, at: [2_000, 3_000] });
    expect(lists.map((list) => of(list, 'RXP_REJECTS') !== undefined)).toEqual([true, false]);
    expect(lists[1]).toEqual([]);
  });
});

describe('a link that is lost in a closed market', () => {
  it('leaves no finding about topics that wait for the morning, of whatever kind', () => {
    const { feed, fake, scheduler } = kindsScene({}, { calendar: { at: () => ({ market: 'closed' }) } });
    feed.quotes(['A']).subscribe();
    feed.priceInfos(['A']).subscribe();
    scheduler.advance(100);
    fake.publish('px/A', '1');
    fake.publish('in/A', '1');
    scheduler.advance(100);
    fake.drop();
    scheduler.advance(60_000);
    expect(feed.stats()).toMatchObject({ topics: { suspect: 1 }, otherTopics: { suspect: 1 } });
    expect(findings(feed, { now: () => scheduler.now() })).toEqual([]);
  });
});

describe('a connection on which a market’s status came and nothing else', () => {
  it('is not said to be empty for longer than the samples reach back', () => {
    const lists = read({ sending: [], at: seconds(1, 500) });
    const spans = lists.map((list) =>
      Number(/nothing came in (\d+) s/.exec(of(list, 'RXP_NO_EVENTS')?.symptom ?? '')?.[1]),
    );
    const last = spans.at(-1) ?? 0;
    expect(last).toBeGreaterThan(290);
    expect(last).toBeLessThan(320);
  });
});

describe('names that a broker made', () => {
  it('stand in one line, are cut at 200 characters, and may be longer than explain() takes', () => {
    const long = 'L'.repeat(1_000);
    const provoke = ({ feed, fake, at }: VirtualFeed): void => {
      feed.quotes().subscribe();
      at(200, () => {
        fake.publish('px/A\n\u001B[31mERROR', '1');
        fake.publish(`px/${long}`, '1');
      });
    };
    const [list] = read({ config: { staleAfter: 1_000 }, provoke, at: [5_000] });
    const shown = ['RXP_STALE_SPAN', 'RXP_SYMBOLS_STALE'].map((code) => of(list, code));
    expect(shown.map((finding) => finding?.names)).toEqual([['A [31mERROR'], [`${'L'.repeat(199)}…`]]);
    expect(shown[0]?.symptom).toMatch(/: A \[31mERROR$/);
    expect(shown[1]?.symptom).toMatch(/: L{199}…$/);
  });
});
