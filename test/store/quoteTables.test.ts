import { NEVER, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { quoteTables } from '../../src/store/quoteTables.js';
import type { Screen } from '../../src/store/screen.js';

interface Quote {
  readonly symbol: string;
  readonly change: 'image' | 'state';
  readonly price: number;
}

/** A screen in the hands of the test. */
function fakeScreen(): Screen & {
  hidden: boolean;
  readonly waiting: Map<string, () => void>;
  show(hidden: boolean): void;
} {
  const listeners = new Set<() => void>();
  const waiting = new Map<string, () => void>();
  const wait = (name: string, work: () => void): (() => void) => {
    waiting.set(name, () => {
      waiting.delete(name);
      work();
    });
    return () => waiting.delete(name);
  };
  const screen = {
    hidden: false,
    waiting,
    isHidden: () => screen.hidden,
    frame: (work: () => void) => wait('frame', work),
    later: (work: () => void, ms: number) => wait(`timer ${String(ms)}`, work),
    onVisibility: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show: (hidden: boolean) => {
      screen.hidden = hidden;
      for (const listener of listeners) listener();
    },
  };
  return screen;
}

function made(): {
  readonly screen: ReturnType<typeof fakeScreen>;
  readonly quotes: Subject<Quote>;
  readonly tables: string[];
  readonly leave: () => void;
} {
  const screen = fakeScreen();
  const quotes = new Subject<Quote>();
  const tables: string[] = [];
  const subscription = quoteTables(quotes, screen, NEVER).subscribe((table) => {
    tables.push([...table].map(([symbol, { price }]) => `${symbol}${String(price)}`).join(' '));
  });
  return { screen, quotes, tables, leave: () => subscription.unsubscribe() };
}

const image = (symbol: string, price: number): Quote => ({ symbol, price, change: 'image' });

describe('tables of quotes', () => {
  it('collect images until the next frame', () => {
    const { screen, quotes, tables } = made();
    for (const price of [1, 2, 3]) quotes.next(image('A', price));
    quotes.next(image('B', 1));
    expect([tables, [...screen.waiting.keys()]]).toEqual([[], ['frame']]);
    screen.waiting.get('frame')?.();
    expect([tables, screen.waiting.size]).toEqual([['A3 B1'], 0]);
  });

  it('come once a second by timer while the page is hidden, also if it is hidden before a frame comes', () => {
    const { screen, quotes, tables } = made();
    quotes.next(image('A', 1));
    screen.show(true);
    expect([...screen.waiting.keys()]).toEqual(['timer 1000']);
    screen.waiting.get('timer 1000')?.();
    quotes.next(image('A', 2));
    expect([...screen.waiting.keys()]).toEqual(['timer 1000']);
    screen.show(false);
    expect([...screen.waiting.keys()]).toEqual(['frame']);
    screen.waiting.get('frame')?.();
    expect(tables).toEqual(['A1', 'A2']);
  });

  it('come in the same task for a change of state, with the images before it and no second time at the frame', async () => {
    const { screen, quotes, tables } = made();
    quotes.next(image('A', 1));
    quotes.next({ ...image('B', 2), change: 'state' });
    quotes.next({ ...image('C', 3), change: 'state' });
    expect(tables).toEqual([]);
    await Promise.resolve();
    expect([tables, screen.waiting.size]).toEqual([['A1 B2 C3'], 0]);
  });

  it('end with the subscription, also those that are under way', async () => {
    const { screen, quotes, tables, leave } = made();
    quotes.next({ ...image('A', 1), change: 'state' });
    leave();
    await Promise.resolve();
    expect([tables, screen.waiting.size]).toEqual([[], 0]);
  });
});
