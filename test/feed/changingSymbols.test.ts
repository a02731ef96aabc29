import { BehaviorSubject, from, Observable, of, Subject, type Subscription, take } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import { quoteFeed } from '../../src/index.js';
import { fakeTransport, virtualClock } from '../../src/testing/index.js';
import { kindsScene } from '../support/kindsScene.js';
import { textVenue } from '../support/textVenue.js';
import { type Listener, type Scene, scene, type SceneConfig } from './scene.js';

interface Following extends Scene, Listener {
  readonly symbols$: BehaviorSubject<readonly string[]>;
}

/** A scene with a listener whose list of symbols the test changes. */
function following(first: readonly string[], config: SceneConfig = {}): Following {
  const set = scene(config);
  const symbols$ = new BehaviorSubject(first);
  return { ...set, symbols$, ...set.listen(symbols$) };
}

describe('a changing list of symbols', () => {
  test('keeps symbols in both lists without a replay, subscribes to added ones, and ends removed ones', () => {
    const { symbols$, said, price, fake } = following(['A', 'B']);
    price('A', 1);
    price('B', 2);
    symbols$.next(['B', 'C']);
    price('A', 3);
    price('B', 4);
    price('C', 5);
    expect(said).toEqual([
      'A awaiting',
      'B awaiting',
      'A 1 live unknown e0 image',
      'B 2 live unknown e0 image',
      'C awaiting',
      'B 4 live unknown e0 image',
      'C 5 live unknown e0 image',
    ]);
    expect(fake.current.subscribes).toEqual([['px/A', 'market', 'px/B'], ['px/C']]);
  });

  test('replays symbols that other subscribers already follow, and with replay false only those without an image', () => {
    const { listen, price } = scene();
    listen(['A', 'B', 'C']);
    price('A', 1);
    const symbols$ = new BehaviorSubject(['B']);
    const { said } = listen(symbols$);
    const late = listen(symbols$, undefined, { replay: false }).said;
    symbols$.next(['B', 'A', 'C']);
    expect(said).toEqual(['B awaiting', 'A 1 live unknown e0 state cache', 'C awaiting']);
    expect(late).toEqual(['B awaiting', 'C awaiting']);
  });

  test('unsubscribes a removed symbol after its linger, and replays it if it is added again before', () => {
    const { symbols$, said, price, fake, scheduler } = following(['A', 'B'], { feed: { linger: 1_000 } });
    price('A', 1);
    symbols$.next(['B']);
    scheduler.advance(900);
    symbols$.next(['B', 'A']);
    expect(said.at(-1)).toBe('A 1 live unknown e0 state cache');
    scheduler.advance(5_000);
    expect([...fake.current.subscribed]).toContain('px/A');
    symbols$.next(['B']);
    scheduler.advance(999);
    expect([...fake.current.subscribed]).toContain('px/A');
    scheduler.advance(1);
    expect([...fake.current.subscribed].sort()).toEqual(['market', 'px/B']);
  });

  test('keeps the connection, and the topics that both lists need, when all symbols change and linger is 0', () => {
    const { symbols$, said, fake, states, scheduler } = following(['A'], {
      feed: { linger: 0 },
      venue: { topics: { quote: 'px/{symbol}' } },
    });
    const shared = following(['A'], { feed: { linger: 0 } });
    symbols$.next(['B']);
    shared.symbols$.next(['B']);
    scheduler.advance(1_000);
    expect(fake.connections).toHaveLength(1);
    expect([...fake.current.subscribed]).toEqual(['px/B']);
    expect(states.map(({ status }) => status)).not.toContain('waiting');
    expect(said).toEqual(['A awaiting', 'B awaiting']);
    expect(shared.fake.current.subscribes).toEqual([['px/A', 'market'], ['px/B']]);
    expect([...shared.fake.current.subscribed].sort()).toEqual(['market', 'px/B']);
  });

  test('opens no connection while it is empty, and puts the feed to rest when it becomes empty', () => {
    const { symbols$, said, fake, states, scheduler, subscription } = following([], { feed: { linger: 0 } });
    expect(fake.connections).toHaveLength(0);
    symbols$.next(['A']);
    expect(fake.connections).toHaveLength(1);
    symbols$.next([]);
    expect(states.at(-1)?.status).toBe('idle');
    expect(scheduler.pending).toBe(0);
    expect(said).toEqual(['A awaiting']);
    symbols$.next(['A']);
    subscription.unsubscribe();
    expect(symbols$.observed).toBe(false);
    expect(scheduler.pending).toBe(0);
  });

  test('changes nothing when it is equal, in another order, or has a symbol twice', () => {
    const { symbols$, said, price, fake } = following(['A', 'B']);
    price('A', 1);
    const before = [...said];
    for (const list of [
      ['A', 'B'],
      ['B', 'A', 'A'],
      ['B', 'A'],
    ])
      symbols$.next(list);
    expect(said).toEqual(before);
    price('A', 2);
    expect(said.slice(before.length)).toEqual(['A 2 live unknown e0 image']);
    expect(fake.current.subscribes).toHaveLength(1);
  });

  test('reads the present content of an array that was changed in place', () => {
    const list = ['A'];
    const { symbols$, said } = following(list);
    list.push('B');
    symbols$.next(list);
    expect(said).toEqual(['A awaiting', 'B awaiting']);
  });

  test('counts as one subscriber that gets each gap once, for any number of symbols, also for none', () => {
    const { symbols$, said, price, fake, feed, scheduler } = following(['A', 'B', 'C']);
    price('A', 1);
    const empty = following([]);
    const others = empty.listen(['A']);
    expect(feed.stats().subscribers).toBe(1);
    fake.drop();
    empty.fake.drop();
    symbols$.next(['A', 'D']);
    scheduler.advance(2_000);
    empty.scheduler.advance(2_000);
    expect(said.slice(4)).toEqual([
      'gap link open 0→',
      'A 1 suspect unknown e0 state',
      'D awaiting',
      'gap link closed 0→1',
    ]);
    expect(empty.said).toEqual(['gap link open 0→', 'gap link closed 0→1']);
    others.subscription.unsubscribe();
  });

  test('replays a symbol that is added after a sleep as suspect, before any image is emitted as live', () => {
    const { listen, price, symbols$, said, sleep } = following(['B']);
    listen(['A']);
    price('A', 1);
    sleep(60_000);
    symbols$.next(['A']);
    expect(said).toEqual([
      'B awaiting',
      'gap wake open 0→',
      'gap wake closed 0→0',
      'A 1 suspect unknown e0 state cache',
    ]);
  });

  test.each([
    ['a symbol that is none', ['B', 'C/D'], 'quotes.symbols[1]', 'C/D'],
    ['a number', ['A', 'B', 7 as unknown as string], 'quotes.symbols[2]', 7],
    ['a hole', Object.assign(new Array<string>(2), ['A']), 'quotes.symbols[1]', undefined],
    ['a text in place of an array', 'AOT' as unknown as string[], 'quotes.symbols', '[hidden]'],
  ])('with %s ends only its own stream with an argument error, and changes no topic', (_what, list, option, value) => {
    const { feed, fake, listen, price, scheduler } = scene({ feed: { linger: 0 } });
    const other = listen(['A']);
    const symbols$ = new BehaviorSubject<readonly string[]>(['A', 'X']);
    const errors: unknown[] = [];
    feed.quotes(symbols$).subscribe({ error: (error: unknown) => errors.push(error) });
    symbols$.next(list);
    expect(errors).toEqual([expect.objectContaining({ code: 'RXQ_ARGUMENT', option, value })]);
    expect(symbols$.observed).toBe(false);
    scheduler.advance(1_000);
    expect(fake.current.subscribes.flat().sort()).toEqual(['market', 'px/A', 'px/X']);
    expect([...fake.current.subscribed].sort()).toEqual(['market', 'px/A']);
    price('A', 1);
    expect(other.said).toEqual(['A awaiting', 'A 1 live unknown e0 image']);
    expect(feed.stats().subscribers).toBe(1);
  });

  test('that ends with an error of the venue removes no topic of other subscribers', () => {
    const scheduler = new TestScheduler(() => undefined);
    const fake = fakeTransport({ scheduler });
    const venue = textVenue();
    const feed = quoteFeed({
      venue: {
        ...venue,
        marketTopics: ([symbol]) => (symbol === 'B' ? ['broken'] : []),
        decoder: (topic) => {
          if (topic === 'broken') throw new Error('of the venue');
          return venue.decoder(topic);
        },
      },
      transport: fake.transport,
      clock: virtualClock(scheduler),
      linger: 0,
    });
    const prices: number[] = [];
    feed.quotes(['A', 'C']).subscribe(({ price }) => prices.push(price));
    const errors: unknown[] = [];
    feed.quotes(of(['A', 'B', 'C'])).subscribe({ error: (error: unknown) => errors.push(String(error)) });
    expect(errors).toEqual(['Error: of the venue']);
    fake.publish('px/A', '1');
    fake.publish('px/C', '2');
    expect([prices, fake.current.unsubscribes]).toEqual([[1, 2], []]);
  });

  test('passes its own error on, and keeps its symbols after it completes', () => {
    const { listen, feed, price, scheduler } = scene({ feed: { linger: 0 } });
    const failing = new Subject<string[]>();
    const { said: failed } = listen(failing);
    failing.next(['A']);
    failing.error(new Error('mine'));
    expect(failed).toEqual(['A awaiting', 'Error: mine']);
    expect(scheduler.pending).toBe(0);
    const { said } = listen(of(['B']));
    price('B', 1);
    expect(said).toEqual(['B awaiting', 'B 1 live unknown e1 image']);
    void feed.close();
    expect(said.at(-1)).toBe('complete');
  });

  test('is not followed after close(), which completes the stream, also for a list that comes while the feed closes', () => {
    const { feed, listen, fake, scheduler } = scene();
    const symbols$ = new BehaviorSubject(['A']);
    feed.quotes(['A']).subscribe({
      complete: () => {
        symbols$.next(['B']);
      },
    });
    const { said } = listen(symbols$);
    void feed.close();
    symbols$.next(['C']);
    scheduler.advance(10_000);
    expect(said).toEqual(['A awaiting', 'complete']);
    expect(symbols$.observed).toBe(false);
    expect(fake.connections.some(({ isUp }) => isUp)).toBe(false);
    expect(fake.connections).toHaveLength(1);
    const late = listen(symbols$).said;
    expect(late).toEqual(['complete']);
  });

  test('replays only symbols that are still in it when it changes during the replay', () => {
    const { listen, price } = scene();
    listen(['A', 'B', 'C']);
    for (const symbol of ['A', 'B', 'C']) price(symbol, 1);
    const symbols$ = new BehaviorSubject<readonly string[]>([]);
    const { said } = listen(symbols$, (update) => {
      if (update.kind === 'quote' && update.symbol === 'A') symbols$.next(['C']);
    });
    symbols$.next(['A', 'B', 'C']);
    price('A', 2);
    price('B', 2);
    price('C', 2);
    expect(said).toEqual([
      'A 1 live unknown e0 state cache',
      'C 1 live unknown e0 state cache',
      'C 2 live unknown e0 image',
    ]);
  });

  test('subscribes to no symbol that it loses during the replay', () => {
    const { listen, price, fake, scheduler } = scene();
    listen(['A']);
    price('A', 1);
    const symbols$ = new BehaviorSubject<readonly string[]>([]);
    listen(symbols$, (update) => {
      if (update.kind === 'quote') symbols$.next(['A']);
    });
    symbols$.next(['A', 'B']);
    scheduler.advance(1_000);
    expect(fake.current.subscribes.flat()).not.toContain('px/B');
  });

  test('keeps the newer list when its subscriber changes it because of a sleep', () => {
    const { symbols$, said, sleep, feed, listen, price } = following(['B']);
    listen(['A', 'C']);
    price('B', 1);
    feed.updates(['B']).subscribe((update) => {
      if (update.kind === 'gap' && update.phase === 'open') symbols$.next(['C']);
    });
    sleep(60_000);
    symbols$.next(['A']);
    price('A', 2);
    price('C', 3);
    expect(said.slice(2)).toEqual([
      'gap wake open 0→',
      'C awaiting',
      'gap wake closed 0→0',
      'C 3 live unknown e0 image',
    ]);
  });

  test('subscribes to the topics that report the market of its symbols', () => {
    const { symbols$, said, fake, price } = following([]);
    symbols$.next(['A']);
    fake.publish('market', 'open');
    price('A', 1);
    expect(said).toEqual(['A awaiting', 'A awaiting', 'A 1 live open e0 image']);
  });

  test('gets no image of a symbol that it loses while this image is emitted', () => {
    const { listen, price } = scene();
    const symbols$ = new BehaviorSubject(['A', 'B']);
    listen(['A'], (update) => {
      if (update.kind === 'quote') symbols$.next(['B']);
    });
    const { said } = listen(symbols$);
    price('A', 1);
    expect(said).toEqual(['A awaiting', 'B awaiting']);
  });

  test('releases every topic when its subscriber takes only one value', () => {
    const { feed, fake, price, listen, states, scheduler } = scene({ feed: { linger: 0 } });
    const held = listen(['A', 'B']);
    price('A', 1);
    price('B', 1);
    const taken: Subscription = feed
      .quotes(from([['A', 'B'], ['C']]))
      .pipe(take(1))
      .subscribe();
    expect(taken.closed).toBe(true);
    held.subscription.unsubscribe();
    expect(states.at(-1)?.status).toBe('idle');
    expect(fake.connections.some(({ isUp }) => isUp)).toBe(false);
    expect(scheduler.pending).toBe(0);
  });

  test('is unsubscribed when the subscriber leaves, and is subscribed to again by each subscriber', () => {
    const { feed } = scene();
    let subscriptions = 0;
    const symbols$ = new Observable<string[]>((out) => {
      subscriptions += 1;
      out.next(['A']);
      return () => {
        subscriptions -= 1;
      };
    });
    const quotes$ = feed.quotes(symbols$);
    expect(subscriptions).toBe(0);
    const both = [quotes$.subscribe(), quotes$.subscribe()];
    expect(subscriptions).toBe(2);
    for (const one of both) one.unsubscribe();
    expect(subscriptions).toBe(0);
  });

  test('treats two spellings of a symbol as one, and calls the venue only for new spellings', () => {
    const scheduler = new TestScheduler(() => undefined);
    const asked: string[] = [];
    const known = textVenue();
    const symbol = (given: string): string => {
      asked.push(given);
      return given.toUpperCase();
    };
    scheduler.run(({ cold, flush }) => {
      const fake = fakeTransport({ latency: 5, scheduler });
      const feed = quoteFeed({
        venue: { ...known, symbol },
        linger: 0,
        transport: fake.transport,
        clock: virtualClock(scheduler),
      });
      const many = Array.from({ length: 1_000 }, (_, index) => `s${String(index)}`);
      const lists = { a: ['aot', ...many], b: ['AOT', ...many], c: ['AOT', ...many, 'ptt'], d: ['AOT'], e: [] };
      const received: string[] = [];
      feed.updates(cold('a-b-c-d-e', lists)).subscribe((update) => {
        if (update.kind === 'status') received.push(update.symbol);
      });
      flush();
      expect(received.filter((one) => one === 'AOT')).toHaveLength(1);
      expect(received).toHaveLength(1_002);
      expect(feed.symbols()).toEqual([]);
      void feed.close();
    });
    expect(asked).toHaveLength(1_003);
  });

  test('works for price infos and bars as for quotes', () => {
    const { feed, fake, hear } = kindsScene();
    const symbols$ = new BehaviorSubject(['A']);
    const infos = hear(feed.priceInfos(symbols$)).said;
    const bars = hear(feed.candles(symbols$, { interval: '1m' })).said;
    symbols$.next(['B']);
    for (const symbol of ['A', 'B']) {
      fake.publish(`in/${symbol}`, '1');
      fake.publish(`cd/${symbol}/1m`, '60 2');
    }
    // Those that left are still subscribed, since they linger, and have no listener.
    expect(feed.stats().otherTopics).toMatchObject({ live: 2, awaiting: 0 });
    expect([infos, bars]).toEqual([['info B 1 live unknown e0 image'], ['candle B 1m 60=2 live unknown e0 image']]);
  });
});
