import { expect, test } from 'vitest';
import { scene } from './scene.js';

const at = (turn: number) => (time: number) =>
  time < turn ? ({ market: 'closed', until: turn } as const) : ({ market: 'open' } as const);

test('a turn of the calendar re-emits the last image with the new market, and arms no timer when there is no next', () => {
  const { listen, price, scheduler } = scene({
    venue: { calendar: { at: at(10_000) } },
    feed: { staleAfter: Number.POSITIVE_INFINITY },
  });
  const { said } = listen(['A']);
  price('A', 1);
  scheduler.advance(10_000);
  expect(said.slice(1)).toEqual(['A 1 live closed e0 image', 'A 1 live open e0 state']);
  scheduler.advance(1_000);
  expect(scheduler.pending).toBe(0);
});

test('the market state from the feed overrides the calendar', () => {
  const { listen, price, fake, scheduler } = scene({ venue: { calendar: { at: at(10_000) } } });
  const { said } = listen(['A']);
  fake.publish('market', 'halted');
  price('A', 1);
  scheduler.advance(20_000);
  expect(said).toEqual(['A awaiting', 'A awaiting', 'A 1 live halted e0 image']);
});

test('silence while the market is closed is not stale, and starts again at the open', () => {
  const { listen, price, fake, scheduler } = scene({ feed: { staleAfter: 5_000 } });
  const { said } = listen(['A']);
  fake.publish('market', 'closed');
  price('A', 1);
  said.length = 0;
  scheduler.advance(100_000);
  expect(said).toEqual([]);
  fake.publish('market', 'open');
  scheduler.advance(4_999);
  expect(said).toEqual(['A 1 live open e0 state']);
  scheduler.advance(1);
  expect(said.slice(1)).toEqual(['A 1 stale open e0 state']);
});

test('silence in a market of unknown state can be stale, and staleAfter may differ by symbol and be tuned', () => {
  const { listen, price, feed, scheduler } = scene({
    feed: { staleAfter: (symbol) => (symbol === 'A' ? 1_000 : Infinity) },
  });
  const { said } = listen(['A', 'B']);
  price('A', 1);
  price('B', 1);
  said.length = 0;
  scheduler.advance(10_000);
  expect(said).toEqual(['A 1 stale unknown e0 state']);
  feed.tune({ staleAfter: 100 });
  price('B', 2);
  scheduler.advance(100);
  expect(said.at(-1)).toBe('B 2 stale unknown e0 state');
});

test('a market state from the feed does not outlive the link', () => {
  const { listen, price, fake, scheduler } = scene();
  const { said } = listen(['A']);
  fake.publish('market', 'open');
  price('A', 1);
  fake.drop();
  scheduler.advance(1_000);
  price('A', 2);
  expect(said.slice(-3)).toEqual(['A 1 suspect unknown e0 state', 'gap link closed 0→1', 'A 2 live unknown e1 image']);
});
