import { first, map, NEVER, Observable, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concatMapBounded, QueueStats } from '../../operators/index.js';
import { alwaysOpen, ConnectionFailure, type ConnectionState, type FeedStats } from '../../src/index.js';
import { type Finding, type FindingChange, findings, findings$ } from '../../src/playbook/index.js';
import { causes } from '../../src/playbook/registry.js';
import { kindsScene } from '../support/kindsScene.js';
import { textVenue } from '../support/textVenue.js';
import { runFeed, type VirtualFeed, type VirtualFeedConfig } from '../support/virtualFeed.js';

/** A script with findings taken at some times, in ms. */
interface Script {
  readonly config?: VirtualFeedConfig;
  readonly provoke?: (virtual: VirtualFeed) => void;
  readonly at: readonly number[];
}

/** Two symbols with an image each at 100 ms in an open market, and the findings at each time. */
function taken({ config, provoke, at: times }: Script): ReadonlyMap<number, readonly Finding[]> {
  const found = new Map<number, readonly Finding[]>();
  runFeed(
    Math.max(...times) + 1,
    (virtual) => {
      const { feed, fake, clock, at } = virtual;
      feed.quotes(['AOT', 'PTT']).subscribe();
      at(100, () => {
        fake.publish('market', 'open');
        for (const topic of ['px/AOT', 'px/PTT']) fake.publish(topic, '1');
      });
      for (let time = 600; time < Math.max(...times); time += 500) {
        at(time, () => {
          if (fake.current.isOpen) for (const topic of ['px/AOT', 'px/PTT']) fake.publish(topic, '1');
        });
      }
      provoke?.(virtual);
      for (const time of times) {
        at(time, () => {
          found.set(time, findings(feed, clock));
        });
      }
    },
    config,
  );
  return found;
}

function found(script: Omit<Script, 'at'> & { readonly at: number }): readonly Finding[] {
  return taken({ ...script, at: [script.at] }).get(script.at) ?? [];
}

const codes = (list: readonly Finding[] | undefined): readonly string[] => (list ?? []).map(({ code }) => code);

const rejected = ({ fake, at }: VirtualFeed): void => {
  at(150, () => {
    fake.publish('px/AOT', 'no price');
  });
};

describe('findings of a feed', () => {
  it('have the figures, the time since when, names, remedies and a place in the documentation', () => {
    const [finding] = found({
      config: { broker: { suback: (topic) => (topic === 'px/PTT' ? 128 : 0) } },
      at: 200,
    });
    expect(finding).toEqual({
      code: 'RXP_TOPICS_REFUSED',
      chapter: 'no-events',
      severity: 'warning',
      symptom: 'the broker refuses 1 of 3 topics: px/PTT',
      names: ['px/PTT'],
      count: 1,
      since: 200,
      last: 200,
      fixes: [
        'check the spelling of these symbols',
        'check that the account may read them',
        'look at explain(symbol) for what the broker wrote',
      ],
      doc: 'docs/playbook.md#rxp-topics-refused',
    });
  });

  it('name at most five symbols and count all of them', () => {
    const symbols = Array.from({ length: 8 }, (_, index) => `S${String(index)}`);
    const [finding] = found({
      config: { broker: { suback: (topic) => (topic.startsWith('px/S') ? 128 : 0) } },
      provoke: ({ feed }) => {
        feed.quotes(symbols).subscribe();
      },
      at: 200,
    });
    expect(finding?.names).toHaveLength(5);
    expect(finding?.count).toBe(8);
  });

  it('clear when their span holds no evidence any more', () => {
    const at = [200, 30_000, 59_000, 75_000];
    const list = taken({ provoke: rejected, at });
    expect(at.map((time) => codes(list.get(time)))).toEqual([['RXP_REJECTS'], ['RXP_REJECTS'], ['RXP_REJECTS'], []]);
    expect(list.get(59_000)?.[0]).toMatchObject({ since: 200, last: 200, count: 1 });
  });

  it('say since when the feed was made at the first call, and the span at later ones', () => {
    const later = (virtual: VirtualFeed): void => {
      rejected(virtual);
      virtual.at(70_050, () => {
        virtual.fake.publish('px/AOT', 'no price');
      });
    };
    const list = taken({ provoke: later, at: [200, 20_000, 80_000] });
    expect(list.get(200)?.[0]?.symptom).toBe('messages that can’t be read since the feed was made: threw 1; of 4');
    expect(list.get(80_000)?.[0]?.symptom).toMatch(/^messages that can’t be read in the last 60 s: threw 1; of \d+$/);
  });

  it('are critical for rejected messages only while no message can be read', () => {
    const none = found({
      config: {
        venue: textVenue({
          decode: () => {
            throw new Error('no schema');
          },
        }),
      },
      at: 200,
    });
    expect(none[0]).toMatchObject({ code: 'RXP_REJECTS', severity: 'critical' });
    expect(found({ provoke: rejected, at: 200 })[0]).toMatchObject({ code: 'RXP_REJECTS', severity: 'warning' });
  });

  it('are warnings while every market is closed', () => {
    const calendar = { at: () => ({ market: 'closed' as const }) };
    const lost = (config: VirtualFeedConfig): readonly Finding[] =>
      found({
        config,
        provoke: ({ fake, at }) => {
          at(50, () => {
            fake.drop();
          });
        },
        at: 60,
      });
    expect(lost({ venue: textVenue({ calendar }) })[0]).toMatchObject({
      code: 'RXP_NOT_CONNECTED',
      severity: 'warning',
    });
    expect(lost({ venue: textVenue({ calendar: alwaysOpen }) })[0]).toMatchObject({ severity: 'critical' });
  });

  it('of a closed market and of a feed without subscribers are none', () => {
    const calendar = { at: () => ({ market: 'closed' as const }) };
    const provoke = ({ feed }: VirtualFeed): void => {
      feed.quotes(['NONE']).subscribe();
    };
    const venue = textVenue({ calendar, topics: { quote: 'px/{symbol}' } });
    const list = taken({ config: { venue }, provoke, at: [1_000, 70_000, 400_000, 800_000] });
    expect([...list.values()].flat()).toEqual([]);
  });

  it('distinguish suspect topics of other kinds from symbols', () => {
    const { feed, fake, scheduler } = kindsScene({ staleAfter: 1_000 });
    feed.priceInfos(['A', 'B']).subscribe();
    feed.quotes(['A']).subscribe();
    fake.publish('in/A', '1');
    scheduler.advance(1_000);
    expect(findings(feed, { now: () => 1_000 }).map(({ symptom }) => symptom)).toEqual([
      '0 symbols stale; of other kinds 1 topic stale',
    ]);
  });

  it('name the callbacks that throw, how often, and the error, without its message', () => {
    const at = (): never => {
      throw new RangeError('no session for token=SECRET');
    };
    const finding = found({ config: { venue: textVenue({ calendar: { at } }) }, at: 90 })[0];
    expect(finding).toMatchObject({ code: 'RXP_CALLBACK_THROWS', severity: 'warning' });
    expect(finding?.symptom).toMatch(/calendar\.at \d+ times \(RangeError\)/);
    expect(finding?.fixes.join()).toContain('calendar.at: the market counts as unknown');
    expect(JSON.stringify(finding)).not.toContain('SECRET');
  });

  it('suggest the capacity that a wildcard needs, and clear when it is set', () => {
    const list = taken({
      config: { capacity: 12 },
      provoke: ({ feed, fake, at }) => {
        feed.quotes().subscribe();
        for (let index = 0; index < 10; index += 1) {
          at(150 + index, () => {
            fake.publish(`px/S${String(index)}`, '1');
          });
        }
        at(250, () => {
          feed.tune({ capacity: 32 });
          for (let index = 0; index < 10; index += 1) fake.publish(`px/S${String(index)}`, '2');
        });
      },
      at: [200, 300],
    });
    const evicted = list.get(200)?.find(({ code }) => code === 'RXP_TOPICS_EVICTED');
    expect(evicted?.symptom).toContain('more topics than the 3 there is room for');
    expect(evicted?.fixes[0]).toContain('tune({ capacity: 32 })');
    expect(codes(list.get(300))).not.toContain('RXP_TOPICS_EVICTED');
  });

  it('leave out a watched queue whose values were dropped with its stream', () => {
    const provoke = ({ feed, at }: VirtualFeed): void => {
      const stats = new QueueStats();
      feed.watch('store', stats);
      const subscription = feed
        .quotes(['AOT', 'PTT'])
        .pipe(concatMapBounded(() => NEVER, { capacity: 9, stats }))
        .subscribe();
      at(150, () => {
        subscription.unsubscribe();
      });
    };
    expect(found({ provoke, at: 200 })).toEqual([]);
  });

  it('name a subscription that ended in its own next, also with a list that changes, but no short, unnamed or unsubscribed one', () => {
    const provoke = ({ feed, fake, at }: VirtualFeed): void => {
      const ignored = { error: () => undefined };
      const bad = map(({ symbol, price }: { readonly symbol: string; readonly price: number }) => {
        if (price > 1) throw new RangeError(symbol);
        return price;
      });
      feed
        .quotes(of(['BAD']), { name: 'list' })
        .pipe(bad)
        .subscribe(ignored);
      feed.quotes(['BAD']).pipe(bad).subscribe(ignored);
      feed.quotes(['AOT'], { name: 'once' }).pipe(first()).subscribe();
      const left = feed.quotes(['BAD'], { name: 'left' }).subscribe();
      at(20_050, () => {
        fake.publish('px/BAD', '2');
      });
      at(20_060, () => {
        left.unsubscribe();
      });
    };
    const finding = found({ provoke, at: 20_100 }).find(({ code }) => code === 'RXP_CONSUMER_ENDED');
    expect(finding).toMatchObject({ names: ['list'], since: 20_050 });
  });

  it('are none before any subscription, while connecting, on a healthy feed and after close', () => {
    const times: Record<number, readonly Finding[]> = {};
    runFeed(3000, ({ feed, fake, clock, at }) => {
      const note = (): void => {
        times[clock.now()] = findings(feed, clock);
      };
      note();
      at(10, () => {
        feed.quotes(['AOT', 'PTT']).subscribe();
        note();
      });
      for (const time of [12, 16, 22, 50]) at(time, note);
      at(100, () => {
        for (const topic of ['px/AOT', 'px/PTT']) fake.publish(topic, '1');
        note();
      });
      at(2000, note);
      at(3500, note);
    });
    expect(Object.keys(times)).toEqual(['0', '10', '12', '16', '22', '50', '100', '2000', '3500']);
    expect(Object.values(times).flat()).toEqual([]);
  });

  it('have the code and the remedies of the exact cause where it is known', () => {
    const first = (subcause?: 'dns' | 'refused'): Finding | undefined =>
      found({
        provoke: ({ fake, at }) => {
          at(200, () => {
            fake.drop(
              new ConnectionFailure('auth', 'the token is refused', subcause === undefined ? {} : { subcause }),
            );
          });
        },
        at: 201,
      })[0];
    expect(first()).toMatchObject({
      code: 'RXP_NOT_CONNECTED',
      symptom: 'not connected: the token is refused (RXQ_AUTH)',
    });
    expect(first()?.fixes[0]).toContain('token');
    expect(first('dns')).toMatchObject({ code: 'RXP_DNS' });
    expect(first('dns')?.fixes[0]).toBe('check the spelling of the host in the endpoint’s url');
    expect(first('refused')?.fixes[0]).toBe('check the port in the endpoint’s url');
  });

  it('keep the reason of the last failure and its time while the next attempt is under way', () => {
    const list = taken({
      config: { broker: { latency: 300 } },
      provoke: ({ fake, at }) => {
        at(900, () => {
          fake.publish('px/AOT', '1');
        });
        at(1_000, () => {
          fake.drop(new ConnectionFailure('network', 'the broker cut the connection'));
        });
      },
      at: Array.from({ length: 20 }, (_, index) => 1_010 + 50 * index),
    });
    const lost = [...list.values()].flat().filter(({ chapter }) => chapter === 'connection');
    expect(lost.length).toBeGreaterThan(10);
    expect(lost.some(({ symptom }) => symptom.includes('attempt 2 is under way'))).toBe(true);
    for (const { symptom, since } of lost) {
      expect(symptom).toContain('the broker cut the connection (RXQ_NETWORK)');
      expect(since).toBe(1_000);
    }
  });

  it('that another finding explains are left out while it stands', () => {
    const provoke = ({ fake, at }: VirtualFeed): void => {
      at(200, () => {
        fake.drop();
      });
    };
    expect(codes(found({ config: { staleAfter: 50 }, provoke, at: 300 }))).toEqual(['RXP_NOT_CONNECTED']);
  });

  it('open nothing, subscribe to nothing for longer than the call, and change no number', () => {
    runFeed(100, ({ feed, fake, clock, at }) => {
      at(10, () => {
        const before: FeedStats = feed.stats();
        findings(feed, clock);
        expect(feed.stats()).toEqual(before);
      });
      at(90, () => {
        expect(fake.connections).toHaveLength(0);
      });
    });
  });

  it('throw with a code for a value that is no feed', () => {
    for (const call of [() => findings(undefined as never), () => findings$({} as never)])
      expect(call).toThrow(expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error);
  });
});

describe('findings$ of a feed', () => {
  /** The changes with their times, in ms. */
  function changes(script: (virtual: VirtualFeed) => void, end: number, every = 1_000): readonly string[] {
    const lines: string[] = [];
    runFeed(end, (virtual) => {
      const { feed, clock } = virtual;
      feed.quotes(['AOT']).subscribe();
      const line = ({ type, finding: { code } }: FindingChange): void => {
        lines.push(`${String(clock.now())} ${type} ${code}`);
      };
      findings$(feed, { every, clock }).subscribe({
        next: line,
        complete: () => lines.push(`${String(clock.now())} complete`),
      });
      script(virtual);
    });
    return lines;
  }

  it('emits each finding as it is raised and cleared, and completes when the feed closes', () => {
    const lines = changes(
      ({ fake, at }) => {
        at(2_600, () => {
          fake.drop(new ConnectionFailure('network', 'no such host', { subcause: 'dns' }));
        });
      },
      4_500,
      500,
    );
    expect(lines).toEqual(['3000 raised RXP_DNS', '3500 cleared RXP_DNS', '4500 complete']);
  });

  it('clears what still stands when the feed closes', () => {
    const lines = changes(({ feed, fake, at }) => {
      at(1_500, () => {
        fake.drop();
      });
      at(2_100, () => {
        void feed.close();
      });
    }, 3_000);
    expect(lines).toEqual(['2000 raised RXP_NOT_CONNECTED', '2100 cleared RXP_NOT_CONNECTED', '2100 complete']);
  });

  it('reports another cause of the same symptom as one cleared and one raised', () => {
    const failure = (subcause: 'dns' | 'refused'): ConnectionFailure =>
      new ConnectionFailure('network', subcause, { subcause });
    const lines = changes(({ fake, at }) => {
      at(1_900, () => {
        fake.drop(failure('dns'));
      });
      // The next attempt is made 750 ms after the loss.
      at(2_651, () => {
        fake.drop(failure('refused'));
      });
    }, 3_100);
    expect(lines).toEqual([
      '2000 raised RXP_DNS',
      '3000 cleared RXP_DNS',
      '3000 raised RXP_REFUSED',
      '3100 cleared RXP_REFUSED',
      '3100 complete',
    ]);
  });

  it('completes at once for a closed feed, and refuses an interval below 100 ms', () => {
    expect(changes(({ feed }) => void feed.close(), 10)).toEqual(['0 complete']);
    const feed = { stats: () => undefined, state$: of() } as never;
    expect(() => findings$(feed, { every: 99 })).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'findings$.every' }) as Error,
    );
  });
});

describe('the registry of causes', () => {
  it('has each cause after those that explain it, so that none is missed', () => {
    const order = causes.map(({ code }) => code);
    const chapterFrom = new Map(causes.map(({ chapter }, index) => [chapter as string, index]));
    for (const [index, { code, roots = [] }] of causes.entries()) {
      const missing = roots.filter((root) =>
        root.startsWith('RXP_')
          ? !order.slice(0, index).includes(root as 'RXP_')
          : (chapterFrom.get(root) ?? index) >= index,
      );
      expect([code, missing]).toEqual([code, []]);
    }
    expect(new Set(order).size).toBe(order.length);
  });

  it('has a remedy, a fault and the evidence for each cause', () => {
    for (const { code, fixes, fault, apart, title } of causes) {
      expect([code, fixes.length > 0, [fault, apart, title].every((text) => text.length > 10)]).toEqual([
        code,
        true,
        true,
      ]);
    }
  });
});

it('findings of a feed without a state are none, and no subscription is left', () => {
  let listeners = 0;
  const state$ = new Observable<ConnectionState>(() => {
    listeners += 1;
    return () => {
      listeners -= 1;
    };
  });
  const asked = (): never => {
    throw new Error('nothing was to be asked');
  };
  const feed = { state$, stats: asked, delays: asked, symbols: asked, journal: asked, explain: asked, last: asked };
  expect(findings(feed)).toEqual([]);
  expect(listeners).toBe(0);
});
