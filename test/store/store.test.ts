import { BehaviorSubject, defer, of } from 'rxjs';
import { describe as suite, expect, it } from 'vitest';
import { ConnectionFailure, type ConnectionState } from '../../src/index.js';
import { createQuoteStore, createStateStore, describe } from '../../src/store/index.js';
import { scene } from '../feed/scene.js';

const turn = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

suite('a quote store', () => {
  it('connects for its first listener, has each symbol’s newest quote, and is empty again without a listener', async () => {
    const { feed, fake, price, scheduler } = scene();
    const store = createQuoteStore(feed, ['A', 'B']);
    expect(fake.connections).toHaveLength(0);
    let calls = 0;
    const leave = store.subscribe(() => (calls += 1));
    const other = store.subscribe(() => undefined);
    scheduler.advance(100);
    price('A', 1);
    price('A', 2);
    price('B', 3);
    scheduler.advance(10);
    await turn(50);
    const table = store.getSnapshot();
    expect([...table.values()].map(({ symbol, price: shown, state }) => [symbol, shown, state])).toEqual([
      ['A', 2, 'live'],
      ['B', 3, 'live'],
    ]);
    expect(store.getSnapshot()).toBe(table);
    expect(calls).toBe(1);
    other();
    expect(feed.stats().subscribers).toBe(1);
    leave();
    expect(feed.stats().subscribers).toBe(0);
    expect(store.getSnapshot().size).toBe(0);
  });

  it('has a lost link in the same task, in one table for all symbols', async () => {
    const { feed, fake, price, scheduler } = scene();
    const store = createQuoteStore(feed, ['A', 'B']);
    const shown: string[] = [];
    store.subscribe(() => shown.push([...store.getSnapshot().values()].map(({ state }) => state).join()));
    scheduler.advance(100);
    price('A', 1);
    price('B', 1);
    scheduler.advance(10);
    await turn(50);
    shown.length = 0;
    fake.drop();
    await Promise.resolve();
    expect(shown).toEqual(['suspect,suspect']);
  });

  it('drops symbols that leave a list that changes, and takes those that come', async () => {
    const { feed, price, scheduler } = scene();
    const lists = new BehaviorSubject<readonly string[]>(['A', 'B']);
    const store = createQuoteStore(feed, lists);
    store.subscribe(() => undefined);
    scheduler.advance(100);
    price('A', 1);
    price('B', 1);
    scheduler.advance(10);
    await turn(50);
    expect([...store.getSnapshot().keys()]).toEqual(['A', 'B']);
    lists.next(['B', 'C']);
    await turn(0);
    expect([...store.getSnapshot().keys()]).toEqual(['B']);
    scheduler.advance(100);
    price('C', 1);
    scheduler.advance(10);
    await turn(50);
    expect([...store.getSnapshot().keys()]).toEqual(['B', 'C']);
  });

  it('is empty after its feed was closed, since prices that nobody follows may be old', async () => {
    const { feed, scheduler, price } = scene();
    const store = createQuoteStore(feed, ['A']);
    let calls = 0;
    store.subscribe(() => (calls += 1));
    scheduler.advance(100);
    price('A', 1);
    scheduler.advance(10);
    await turn(50);
    expect(store.getSnapshot().size).toBe(1);
    void feed.close();
    expect([store.getSnapshot().size, calls]).toEqual([0, 2]);
  });

  it('subscribes once to an Observable of lists', () => {
    const { feed } = scene();
    let subscriptions = 0;
    const symbols = defer(() => {
      subscriptions += 1;
      return of(['A']);
    });
    createQuoteStore(feed, symbols).subscribe(() => undefined);
    expect(subscriptions).toBe(1);
  });

  it('is empty on a server, and refuses a bad symbol and a value that is no feed at once', () => {
    const { feed, fake } = scene();
    expect(createQuoteStore(feed, ['A']).getServerSnapshot().size).toBe(0);
    expect(fake.connections).toHaveLength(0);
    const code = expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error;
    expect(() => createQuoteStore(feed, ['A/B'])).toThrow(code);
    for (const none of [undefined, null, {}])
      expect(() => createQuoteStore(none as never, ['A'])).toThrow(/^createQuoteStore.feed is .*: pass a feed$/);
    expect(() => createStateStore({} as never)).toThrow(code);
  });
});

suite('a state store', () => {
  it('follows the state of the connection and does not open it', () => {
    const { feed, listen, scheduler, fake } = scene();
    const store = createStateStore(feed);
    const leave = store.subscribe(() => undefined);
    scheduler.advance(100);
    expect([store.getSnapshot().status, fake.connections.length]).toEqual(['idle', 0]);
    listen(['A']);
    scheduler.advance(100);
    expect(store.getSnapshot().status).toBe('live');
    leave();
    expect(store.getSnapshot()).toEqual({ status: 'idle', since: 0 });
  });
});

suite('describe()', () => {
  const reason = new ConnectionFailure('network', 'mqtts://broker.test refused the connection', {
    subcause: 'refused',
  });
  const ledger = { wanted: 10, granted: 8, refused: ['px/X', 'px/Y'], noData: [] };
  const states: readonly (readonly [ConnectionState, string])[] = [
    [{ status: 'idle', since: 0 }, 'Not connected: nothing is subscribed to.'],
    [{ status: 'connecting', since: 0, step: 'credentials', attempt: 0 }, 'Getting credentials.'],
    [{ status: 'connecting', since: 0, step: 'network', attempt: 0 }, 'Connecting.'],
    [{ status: 'connecting', since: 0, step: 'handshake', attempt: 1 }, 'Waiting for the broker, attempt 2.'],
    [{ status: 'connecting', since: 0, step: 'subscribing', attempt: 0 }, 'Subscribing.'],
    [
      { status: 'connecting', since: 0, step: 'network', attempt: 2, reason },
      'Connecting, attempt 3: mqtts://broker.test refused the connection.',
    ],
    [{ status: 'live', since: 0, ledger: { ...ledger, refused: [] } }, 'Live.'],
    [{ status: 'live', since: 0, ledger }, 'Live; the broker refuses 2 of 10 topics.'],
    [
      { status: 'live', since: 0, ledger: { ...ledger, noData: ['px/Z'] } },
      'Live; the broker refuses 2 of 10 topics; no data for 1 of 10 topics.',
    ],
    [
      { status: 'live', since: 0, silentSince: 5_000, ledger: { ...ledger, refused: [] } },
      'Live. No data came for 5 s, although a market is open.',
    ],
    [{ status: 'silent', why: 'no-data', since: 0 }, 'Connected, but no symbol sends although a market is open.'],
    [{ status: 'silent', why: 'unresponsive', since: 0 }, 'Connected, but the broker does not answer.'],
    [
      { status: 'waiting', since: 9_000, delay: 4_000, attempt: 1, reason },
      'Not connected: mqtts://broker.test refused the connection. Next attempt in 3 s.',
    ],
    [
      { status: 'waiting', since: 9_000, delay: 3_100, attempt: 1 },
      'Not connected: too many connects in a minute. Next attempt in 3 s.',
    ],
    [
      { status: 'rejected', since: 0, reason, retryAt: 310_000 },
      'Refused: mqtts://broker.test refused the connection. Next attempt in 5 min.',
    ],
    [{ status: 'closed', since: 0 }, 'Closed.'],
  ];

  it.each(states)('describes %o', (state, text) => {
    expect(describe(state, 10_000)).toBe(text);
  });
});
