import { NEVER, Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concatMapBounded, QueueStats } from '../../operators/index.js';
import { ConnectionFailure, type ConnectionState, type FeedStats } from '../../src/index.js';
import { type Finding, findings } from '../../src/playbook/index.js';
import { playbookEntries } from '../../src/playbook/entries.js';
import { kindsScene } from '../support/kindsScene.js';
import { textVenue } from '../support/textVenue.js';
import { runFeed, type VirtualFeed, type VirtualFeedConfig } from '../support/virtualFeed.js';

/** A way to provoke a finding: the fault, and the ms at which it must stand. */
interface Fault {
  readonly config?: VirtualFeedConfig;
  readonly provoke?: (virtual: VirtualFeed) => void;
  readonly at: number;
}

/** Two symbols, with an image each at 100 ms unless the fault comes before. */
function found({ config, provoke, at: when }: Fault): readonly Finding[] {
  let taken: readonly Finding[] = [];
  runFeed(
    when + 1,
    (virtual) => {
      const { feed, fake, clock, at } = virtual;
      feed.quotes(['AOT', 'PTT']).subscribe();
      at(100, () => {
        if (config?.broker?.accept !== false) for (const topic of ['px/AOT', 'px/PTT']) fake.publish(topic, '1');
      });
      provoke?.(virtual);
      at(when, () => {
        taken = findings(feed, clock);
      });
    },
    config,
  );
  return taken;
}

/** A calendar's failure, with a secret in its message. */
const noSession = (): never => {
  throw new RangeError('no session for token=SECRET');
};

const codes = (fault: Fault): readonly string[] => found(fault).map(({ code }) => code);

const faults: Readonly<Record<string, Fault>> = {
  RXP_FLAPPING: {
    provoke: ({ fake, at }) => {
      for (const time of [1_000, 3_000, 6_000]) {
        at(time, () => {
          fake.drop();
        });
      }
    },
    at: 6_100,
  },
  RXP_NOT_CONNECTED: {
    provoke: ({ fake, at }) => {
      at(200, () => {
        fake.drop(new ConnectionFailure('auth', 'the token is refused'));
      });
    },
    at: 300,
  },
  RXP_TOPICS_REFUSED: { config: { broker: { suback: (topic) => (topic === 'px/PTT' ? 128 : 0) } }, at: 200 },
  RXP_REJECTS: {
    provoke: ({ fake, at }) => {
      at(150, () => {
        fake.publish('px/AOT', 'no price');
      });
    },
    at: 200,
  },
  RXP_TOPICS_SILENT: {
    config: { venue: textVenue({ onSubscribe: 'snapshot' }) },
    provoke: ({ feed }) => {
      feed.quotes(['NONE']).subscribe();
    },
    at: 5_050,
  },
  RXP_NO_EVENTS: {
    // Published before anyone is subscribed: never seen.
    config: { broker: { latency: 1000 } },
    at: 62_500,
  },
  RXP_EVENTS_DROPPED: {
    config: { capacity: 10 },
    provoke: ({ feed, fake, at }) => {
      // One slow turn: more topics come while the first is handed out than there is room for.
      feed.quotes().subscribe(({ symbol }) => {
        if (symbol === 'NEW') for (let i = 0; i < 40; i += 1) fake.publish(`px/S${String(i)}`, '1');
      });
      at(150, () => {
        fake.publish('px/NEW', '1');
      });
    },
    at: 200,
  },
  RXP_TOPICS_EVICTED: {
    config: { capacity: 12 },
    provoke: ({ feed, fake, at }) => {
      feed.quotes().subscribe();
      for (let i = 0; i < 10; i += 1) {
        at(150 + i, () => {
          fake.publish(`px/S${String(i)}`, '1');
        });
      }
    },
    at: 200,
  },
  RXP_QUEUE_DROPS: {
    provoke: ({ feed, fake, at }) => {
      const stats = new QueueStats();
      feed.watch('store', stats);
      feed
        .quotes(['AOT'])
        .pipe(concatMapBounded(() => NEVER, { capacity: 1, stats }))
        .subscribe();
      at(150, () => {
        for (const price of ['1', '2', '3']) fake.publish('px/AOT', price);
      });
    },
    at: 200,
  },
  RXP_CALLBACK_THROWS: {
    config: { venue: textVenue({ calendar: { at: noSession } }) },
    at: 200,
  },
  RXP_UNRESPONSIVE: {
    provoke: ({ fake, at }) => {
      at(200, () => {
        fake.current.responsive(false);
      });
    },
    at: 300,
  },
  RXP_FEED_SILENT: {
    provoke: ({ feed, fake, clock, at }) => {
      const symbols = Array.from({ length: 10 }, (_, index) => `S${String(index)}`);
      feed.quotes(symbols).subscribe();
      at(101, () => {
        fake.publish('market', 'open');
      });
      const beat = (symbol: string, gap: number): void => {
        fake.publish(`px/${symbol}`, '1');
        if (clock.now() < 200_000) {
          at(gap, () => {
            beat(symbol, gap);
          });
        }
      };
      for (const [index, symbol] of symbols.entries()) {
        at(110 + index, () => {
          beat(symbol, 100 + 10 * index);
        });
      }
    },
    at: 209_000,
  },
  RXP_EVENTS_DELAYED: {
    config: { maxBatch: 1, stallThreshold: Infinity },
    provoke: ({ feed, fake, at, spend }) => {
      feed.quotes(['AOT', 'PTT'], { name: 'desk' }).subscribe(({ symbol }) => {
        // Comes while the consumer is busy with the one before it.
        if (symbol === 'AOT') fake.publish('px/PTT', '1');
        spend(2000);
      });
      for (let time = 110; time < 510; time += 1) {
        at(time, () => {
          fake.publish('px/AOT', '1');
        });
      }
    },
    at: 600,
  },
  RXP_SLOW_CONSUMER: {
    config: { stallThreshold: Infinity },
    provoke: ({ feed, fake, at, spend }) => {
      feed.quotes(['AOT'], { name: 'desk' }).subscribe(() => {
        spend(20);
      });
      for (let time = 101; time < 2000; time += 1) {
        at(time, () => {
          fake.publish('px/AOT', '1');
        });
      }
    },
    at: 2000,
  },
  RXP_STALLED: {
    provoke: ({ fake, at }) => {
      at(200, () => {
        fake.current.late(3000);
      });
    },
    at: 300,
  },
  RXP_SYMBOLS_IN_DOUBT: { config: { staleAfter: 1000 }, at: 1200 },
};

describe('findings of a feed', () => {
  it('distinguish suspect topics of other kinds from symbols', () => {
    let symptom: string | undefined;
    const { feed, fake, scheduler } = kindsScene({ staleAfter: 1_000 });
    feed.priceInfos(['A', 'B']).subscribe();
    feed.quotes(['A']).subscribe();
    fake.publish('in/A', '1');
    scheduler.advance(1_000);
    for (const finding of findings(feed, { now: () => 1_000 })) symptom = finding.symptom;
    expect(symptom).toBe('0 symbols suspect, 0 stale; of other kinds 0 topics suspect, 1 stale');
  });

  it.each(playbookEntries)('include $code when its fault is present, with its numbers and the remedies', ({ code }) => {
    const fault = faults[code];
    if (fault === undefined) throw new Error(`no fault provokes ${code}`);
    const finding = found(fault).find((one) => one.code === code);
    expect(finding).toBeDefined();
    expect(finding?.symptom).toMatch(/\w/);
    expect(finding?.fixes.length).toBeGreaterThan(0);
  });

  it('name the callbacks that throw, how often, and the error, without its message', () => {
    const finding = found(faults['RXP_CALLBACK_THROWS'] as Fault).find(({ code }) => code === 'RXP_CALLBACK_THROWS');
    expect(finding?.severity).toBe('warning');
    expect(finding?.symptom).toMatch(/calendar\.at \d+ times \(RangeError\)/);
    expect(finding?.fixes.join()).toContain('calendar.at: the market counts as unknown');
    expect(JSON.stringify(finding)).not.toContain('SECRET');
  });

  it('report a wildcard that brings more topics than the capacity allows, until the suggested capacity is set', () => {
    const taken: (readonly Finding[])[] = [];
    const { config, provoke, at: when } = faults['RXP_TOPICS_EVICTED'] as Fault;
    runFeed(
      400,
      (virtual) => {
        const { feed, fake, clock, at } = virtual;
        provoke?.(virtual);
        at(when, () => {
          taken.push(findings(feed, clock));
          feed.tune({ capacity: 32 });
          for (let i = 0; i < 10; i += 1) fake.publish(`px/S${String(i)}`, '2');
        });
        at(300, () => {
          taken.push(findings(feed, clock));
        });
      },
      config,
    );
    expect(taken).toEqual([
      [
        {
          code: 'RXP_TOPICS_EVICTED',
          section: 'data',
          severity: 'warning',
          symptom:
            'wildcards bring more topics than the 5 there is room for: a topic made room for another 5 times since the feed was made, and each is suspect until its next image',
          fixes: [
            'pass quoteFeed({ capacity: 32 }), or call tune({ capacity: 32 }) while the feed runs; a topic takes about 5 kB of memory',
            'subscribe to the symbols that you need by name, or to a narrower wildcard',
          ],
        },
      ],
      [],
    ]);
  });

  it('name the watched queues that lose values, as a warning, but no queue whose values were dropped with its stream', () => {
    const finding = found(faults['RXP_QUEUE_DROPS'] as Fault).find(({ code }) => code === 'RXP_QUEUE_DROPS');
    expect(finding?.severity).toBe('warning');
    expect(finding?.symptom).toBe('queues of yours were full and lost values: store 2; since each was made');
    const unsubscribed = codes({
      provoke: ({ feed, at }) => {
        const stats = new QueueStats();
        feed.watch('store', stats);
        const work = concatMapBounded(() => NEVER, { capacity: 9, stats });
        const subscription = feed.quotes(['AOT', 'PTT']).pipe(work).subscribe();
        at(150, () => {
          subscription.unsubscribe();
        });
      },
      at: 200,
    });
    expect(unsubscribed).toEqual([]);
  });

  it('distinguish delayed events by the cause of the delay, and name the consumer', () => {
    const symptoms = (code: string): string | undefined =>
      found(faults[code] as Fault).find((one) => one.code === code)?.symptom;
    expect(symptoms('RXP_EVENTS_DELAYED')).toBe(
      'one message in 100 waits for 2000 ms and more before it is handed out: consumer desk takes 2000 ms of the thread for one in 100',
    );
    expect(symptoms('RXP_SLOW_CONSUMER')).toBe(
      'consumers that take more than 10 ms of the thread for one message in 100: desk 20 ms',
    );
    expect(codes(faults['RXP_EVENTS_DELAYED'] as Fault)).not.toContain('RXP_SLOW_CONSUMER');
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

  it('name the failure, and have the fixes of its kind', () => {
    const [finding] = found(faults['RXP_NOT_CONNECTED'] as Fault);
    expect(finding?.symptom).toBe('not connected: the token is refused (RXQ_AUTH)');
    expect(finding?.fixes[0]).toContain('token');
  });

  it('have the fixes of the exact cause where it is known', () => {
    const fixesFor = (subcause: 'dns' | 'refused'): readonly string[] | undefined =>
      found({
        provoke: ({ fake, at }) => {
          at(200, () => {
            fake.drop(new ConnectionFailure('network', 'no connection', { subcause }));
          });
        },
        at: 201,
      })[0]?.fixes;
    expect(fixesFor('dns')?.[0]).toContain('spelling of the host');
    expect(fixesFor('refused')?.[0]).toContain('port');
  });

  it('keep the reason of the last failure in the symptom while the next attempt is under way', () => {
    const symptoms: string[] = [];
    runFeed(
      2000,
      ({ feed, fake, clock, at }) => {
        feed.quotes(['AOT']).subscribe();
        at(900, () => {
          fake.publish('px/AOT', '1');
        });
        at(1000, () => {
          fake.drop(new ConnectionFailure('network', 'the broker cut the connection'));
        });
        for (let time = 1010; time < 2000; time += 50)
          at(time, () => symptoms.push(...findings(feed, clock).map(({ symptom }) => symptom)));
      },
      { broker: { latency: 300 } },
    );
    expect(symptoms.some((symptom) => symptom.includes('attempt 2 is under way'))).toBe(true);
    for (const symptom of symptoms) expect(symptom).toContain('the broker cut the connection (RXQ_NETWORK)');
  });

  it('stay through every attempt to connect again, and end with the recovery', () => {
    const taken: string[] = [];
    const broker = { latency: 300 };
    runFeed(
      6000,
      ({ feed, fake, clock, at }) => {
        feed.quotes(['AOT']).subscribe();
        at(1500, () => {
          fake.publish('px/AOT', '1');
        });
        at(2000, () => {
          fake.drop();
        });
        // 750 ms of back-off, 300 ms each for CONNACK and SUBACK: live at 3350.
        for (let time = 2050; time < 3350; time += 100) {
          at(time, () => taken.push(...findings(feed, clock).map(({ code }) => code)));
        }
        at(4000, () => {
          fake.publish('px/AOT', '2');
        });
        at(4001, () => {
          expect(findings(feed, clock)).toEqual([]);
        });
      },
      { broker },
    );
    expect(taken).toEqual(new Array(13).fill('RXP_NOT_CONNECTED'));
  });

  it('that another finding explains are left out while it stands', () => {
    expect(codes({ ...(faults['RXP_NOT_CONNECTED'] as Fault), config: { staleAfter: 50 } })).toEqual([
      'RXP_NOT_CONNECTED',
    ]);
    const everyFrameBad: Fault = {
      provoke: ({ fake, at }) => {
        at(50, () => {
          fake.publish('px/AOT', 'no price');
        });
      },
      config: { broker: { latency: 20, suback: () => 0 } },
      at: 90,
    };
    expect(codes(everyFrameBad)).toEqual(['RXP_REJECTS']);
  });

  it('of an entry come after those that explain it, so that none is missed', () => {
    const order = playbookEntries.map(({ code }) => code);
    for (const [at, { code, roots }] of playbookEntries.entries()) {
      expect([code, roots.filter((root) => !order.slice(0, at).includes(root))]).toEqual([code, []]);
    }
    expect(new Set(order).size).toBe(order.length);
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

  it('are none, and no subscription is left, if a feed has no state', () => {
    let listeners = 0;
    const state$ = new Observable<ConnectionState>(() => {
      listeners += 1;
      return () => {
        listeners -= 1;
      };
    });
    const stats = (): FeedStats => {
      throw new Error('nothing was to be asked');
    };
    expect(findings({ state$, stats })).toEqual([]);
    expect(listeners).toBe(0);
  });

  it('throw with a code for a value that is no feed', () => {
    expect(() => findings(undefined as never)).toThrow(expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error);
  });
});
