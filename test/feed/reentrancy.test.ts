import { filter, takeUntil } from 'rxjs';
import { expect, test } from 'vitest';
import { checkConservation } from '../../src/testing/index.js';
import { line, scene } from './scene.js';

test('a subscriber that subscribes when it receives a loss gets no old image as live', () => {
  const late: string[] = [];
  const { listen, price, fake, feed } = scene();
  listen(['A', 'B'], (update) => {
    if (update.kind === 'gap') feed.updates(['A', 'B']).subscribe((one) => late.push(line(one)));
  });
  price('A', 1);
  price('B', 2);
  fake.drop();
  expect(late.slice(0, 3)).toEqual([
    'gap link open 0→',
    'A 1 suspect unknown e0 state cache',
    'B 2 suspect unknown e0 state cache',
  ]);
});

test('a reconnect() when a loss is received causes one gap and no wait', () => {
  const { listen, price, fake, feed, scheduler } = scene();
  const { said } = listen(['A'], (update) => {
    if (update.kind === 'gap' && update.phase === 'open') feed.reconnect();
  });
  price('A', 1);
  fake.drop();
  scheduler.advance(0);
  expect(said.filter((one) => one.startsWith('gap'))).toEqual(['gap link open 0→', 'gap link closed 0→1']);
  expect(feed.stats()).toMatchObject({ gaps: 1, attempts: 2 });
});

test('an image that waited through the loss of the link is emitted, and is not live', () => {
  const { listen, price, fake, feed, scheduler } = scene();
  const { said } = listen(['A'], (update) => {
    if (update.kind !== 'quote' || update.price !== 1 || update.change !== 'image') return;
    price('A', 2);
    fake.drop();
  });
  price('A', 1);
  scheduler.advance(1);
  expect(said.slice(1)).toEqual([
    'A 1 live unknown e0 image',
    'gap link open 0→',
    'A 1 suspect unknown e0 state',
    'A 2 suspect unknown e0 image',
  ]);
  checkConservation(feed.stats());
});

test('a listener that closes the feed while it connects leaves no connection, timer or subscriber behind', async () => {
  for (const step of ['credentials', 'network', 'handshake', 'subscribing'] as const) {
    const { listen, fake, feed, scheduler } = scene();
    let closed: Promise<void> | undefined;
    feed.state$.subscribe((state) => {
      if (state.status === 'connecting' && state.step === step) closed = feed.close();
    });
    const { said } = listen(['A']);
    await closed;
    expect(said).toEqual(['A awaiting', 'complete']);
    expect(fake.connections.some(({ isUp }) => isUp)).toBe(false);
    expect(scheduler.pending).toBe(0);
    expect(feed.stats().subscribers).toBe(0);
  }
});

test('a listener that unsubscribes while the feed connects puts it to rest', () => {
  for (const step of ['credentials', 'network', 'handshake', 'subscribing'] as const) {
    const { fake, feed, states, scheduler } = scene({ feed: { linger: 0 } });
    const left$ = feed.state$.pipe(filter((state) => state.status === 'connecting' && state.step === step));
    feed.quotes(['A']).pipe(takeUntil(left$)).subscribe();
    expect(states.at(-1)?.status).toBe('idle');
    expect(fake.connections.some(({ isUp }) => isUp)).toBe(false);
    expect(scheduler.pending).toBe(0);
  }
});

test('a subscriber that unsubscribes at any value of subscriptions$ gets idle last, and no attempt follows', () => {
  for (let moment = 1, reached = true; reached; moment += 1) {
    const { fake, feed, states, scheduler } = scene({ feed: { linger: 0 } });
    let reported = 0;
    const left$ = feed.subscriptions$.pipe(filter(() => states.length > 1 && (reported += 1) === moment));
    feed.quotes(['A']).pipe(takeUntil(left$)).subscribe();
    for (let drop = 0; drop < 3; drop += 1) {
      if (fake.connections.some(({ isUp }) => isUp)) fake.drop();
      scheduler.advance(scheduler.now() + 10_000);
    }
    reached = reported >= moment;
    if (reached) expect([moment, states.at(-1)?.status]).toEqual([moment, 'idle']);
    else expect(moment).toBeGreaterThan(6);
  }
});

test('a listener that subscribes again when the subscriptions end gets live quotes, and the state of its own connection', () => {
  const { feed, fake, listen, price, states } = scene({ feed: { linger: 0 } });
  const { subscription } = listen(['A']);
  price('A', 1);
  let back: ReturnType<typeof listen> | undefined;
  feed.subscriptions$.subscribe(({ size }) => {
    if (size === 0) back ??= listen(['B']);
  });
  subscription.unsubscribe();
  price('B', 1);
  expect(back?.said).toEqual(['B awaiting', 'B 1 live unknown e1 image']);
  expect([states.at(-1)?.status, feed.stats().gaps, fake.connections.length]).toEqual(['live', 0, 2]);
});

test('a reconnect() at every wait does not make the feed retry without a pause', () => {
  let asked = 0;
  const { listen, feed, scheduler } = scene({
    venue: {
      endpoint: () => {
        asked += 1;
        throw new Error('no token');
      },
    },
  });
  feed.state$.subscribe(({ status }) => {
    if (status === 'waiting') feed.reconnect();
  });
  listen(['A']);
  expect(asked).toBe(8);
  scheduler.advance(59_999);
  expect(asked).toBe(8);
  scheduler.advance(60_000);
  expect(asked).toBe(16);
});

test('a market that changes by the calendar is emitted after a loss that it caused', () => {
  const calendar = {
    at: (time: number) => ({ market: time < 1_000 ? ('closed' as const) : ('open' as const), until: 1_000 }),
  };
  const { listen, price, feed, scheduler } = scene({ venue: { calendar } });
  const first = listen(['A'], (update) => {
    if (update.kind === 'quote' && update.market === 'open' && update.state === 'live') feed.reconnect();
  });
  const second = listen(['A']);
  price('A', 1);
  scheduler.advance(1_000);
  expect(second.said.slice(1)).toEqual(first.said.slice(1));
  expect(first.said.slice(2, 5)).toEqual(['A 1 live open e0 state', 'gap link open 0→', 'A 1 suspect open e0 state']);
});

test('an image that comes while consumers are called for a market that opens is emitted after all these calls', () => {
  const calendar = {
    at: (time: number) => ({ market: time < 1_000 ? ('closed' as const) : ('open' as const), until: 1_000 }),
  };
  const { listen, price, scheduler } = scene({ venue: { calendar } });
  listen(['A'], (update) => {
    if (update.kind === 'quote' && update.change === 'state' && update.price === 1) price('A', 2);
  });
  const { said } = listen(['A']);
  price('A', 1);
  scheduler.advance(1_000);
  expect(said.slice(1)).toEqual(['A 1 live closed e0 image', 'A 1 live open e0 state', 'A 2 live open e0 image']);
});

test('a topic that one consumer is joining is not released by another that leaves meanwhile', () => {
  const { listen, price } = scene({ feed: { linger: 0 } });
  const first = listen(['A']);
  price('A', 1);
  const second = listen(['A'], () => {
    first.subscription.unsubscribe();
  });
  price('A', 2);
  expect(second.said).toEqual(['A 1 live unknown e0 state cache', 'A 2 live unknown e0 image']);
});

test('a message that was read for an ended subscription is not emitted as new to the next one', () => {
  const { listen, price, feed, scheduler } = scene({ feed: { linger: 0 } });
  const again: string[] = [];
  listen(['OTHER']);
  const { subscription } = listen(['A'], (update) => {
    if (update.kind !== 'quote') return;
    price('A', 2);
    subscription.unsubscribe();
    feed.updates(['A']).subscribe((one) => again.push(line(one)));
  });
  price('A', 1);
  scheduler.advance(1);
  expect(again).toEqual(['A awaiting']);
  expect(feed.stats()).toMatchObject({ received: 2, emitted: 1, unclaimed: 1 });
});

test('a loss and its end are emitted even if many events fill their lane', () => {
  const { listen, price, fake, feed, scheduler } = scene({ feed: { capacity: 4, maxBatch: 1 } });
  const { said } = listen(['A'], (update) => {
    if (update.kind !== 'quote' || update.change !== 'image' || update.price !== 1) return;
    for (const status of ['open', 'halted', 'open']) fake.publish('market', status);
    feed.reconnect();
  });
  price('A', 1);
  while (feed.stats().attempts < 2) scheduler.runNext();
  for (let count = 0; count < 20; count += 1) fake.publish('market', count % 2 === 0 ? 'open' : 'halted');
  scheduler.advance(1);
  expect(said.filter((one) => one.startsWith('gap link'))).toEqual(['gap link open 0→', 'gap link closed 0→1']);
  expect(feed.stats().dropped['control-capacity']).toBeGreaterThan(0);
  checkConservation(feed.stats());
});
