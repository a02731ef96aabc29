import { expect, test } from 'vitest';
import { scene } from './scene.js';

test('subscriptions$ shows the progress of each topic: wanted, sent, granted, seen, and removed', () => {
  const { feed, fake, listen, price, scheduler } = scene({
    fake: { latency: 5, suback: (topic) => (topic === 'px/BAD' ? 0x80 : 0) },
    feed: { linger: 0 },
  });
  const said: string[] = [];
  feed.subscriptions$.subscribe((topics) => {
    const line = [...topics].map(([topic, { status }]) => `${topic} ${status}`).join(', ');
    if (line !== said.at(-1)) said.push(line);
  });
  listen(['A']);
  scheduler.advance(20);
  price('A', 1);
  const { subscription } = listen(['BAD']);
  scheduler.advance(20);
  subscription.unsubscribe();
  expect(said).toEqual([
    '',
    'px/A sent, market sent',
    'px/A granted, market granted',
    'px/A seen, market granted',
    'px/A seen, market granted, px/BAD sent',
    'px/A seen, market granted, px/BAD refused',
    'px/A seen, market granted',
  ]);
  expect(fake.current.subscribes.slice(0, 2)).toEqual([['px/A', 'market'], ['px/BAD']]);
});

test('topics of many subscribers, one by one, are subscribed to as if at once, and unsubscribed', () => {
  const { feed, fake, scheduler } = scene({ feed: { linger: 0 } });
  const symbols = Array.from({ length: 300 }, (_, index) => `S${index}`);
  const all = symbols.map((symbol) => feed.quotes([symbol]).subscribe());
  scheduler.advance(10);
  expect(fake.current.subscribed.size).toBe(301);
  expect(feed.stats().subscribers).toBe(300);
  for (const one of all.slice(1)) one.unsubscribe();
  expect([...fake.current.subscribed]).toEqual(['px/S0', 'market']);
  all[0]?.unsubscribe();
  expect(scheduler.pending).toBe(0);
});

test('a new connection subscribes to all wanted topics, for any number of earlier steps', () => {
  const { fake, listen, scheduler } = scene({ feed: { linger: 0 } });
  listen(['A']);
  listen(['B']);
  listen(['C']).subscription.unsubscribe();
  fake.drop();
  scheduler.advance(2_000);
  expect(fake.connections).toHaveLength(2);
  expect([...fake.current.subscribed].sort()).toEqual(['market', 'px/A', 'px/B']);
});
