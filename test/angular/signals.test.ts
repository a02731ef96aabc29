import { ApplicationRef, type EnvironmentInjector, runInInjectionContext, signal } from '@angular/core';
import { BehaviorSubject, defer } from 'rxjs';
import { expect, it } from 'vitest';
import {
  feedStateSignal,
  injectQuoteFeed,
  provideQuoteFeed,
  quoteSignal,
  quotesSignal,
} from '../../src/angular/index.js';
import { type Scene, scene } from '../feed/scene.js';
import type { TextEvent } from '../support/textVenue.js';
import { type Frames, stubFrames } from './frames.js';
import { injectorOf } from './injectorOf.js';

/** An application with the feed of a scene. */
function application(): Scene & Frames & { readonly injector: EnvironmentInjector; flush(): void } {
  const made = scene();
  const { injector } = injectorOf([provideQuoteFeed(() => made.feed)]);
  // Angular does this by itself soon after a signal has changed.
  const flush = (): void => {
    injector.get(ApplicationRef).tick();
  };
  return { ...made, ...stubFrames(), injector, flush };
}

type Table = ReadonlyMap<string, { readonly price: number; readonly state: string }>;
const shown = (table: Table): string =>
  [...table].map(([name, { price, state }]) => `${name} ${price} ${state}`).join();

it('quotesSignal has each symbol’s newest image once a frame, and leaves the feed with its injector', () => {
  const { injector, scheduler, price, show, feed, fake } = application();
  const quotes = runInInjectionContext(injector, () => quotesSignal<TextEvent>(['A', 'B']));
  scheduler.advance(100);
  expect(fake.connections).toHaveLength(1);
  price('A', 1);
  price('A', 2);
  price('B', 3);
  scheduler.advance(10);
  expect(shown(quotes())).toBe('');
  show();
  expect(shown(quotes())).toBe('A 2 live,B 3 live');
  const table = quotes();
  price('B', 4);
  scheduler.advance(10);
  show();
  expect([shown(table), shown(quotes())]).toEqual(['A 2 live,B 3 live', 'A 2 live,B 4 live']);
  expect(feed.stats().subscribers).toBe(1);
  injector.destroy();
  expect(feed.stats().subscribers).toBe(0);
});

it('quotesSignal shows a lost link in the same task, for every symbol and without a frame', async () => {
  const { injector, scheduler, price, show, fake } = application();
  const quotes = runInInjectionContext(injector, () => quotesSignal<TextEvent>(['A', 'B']));
  scheduler.advance(100);
  price('A', 1);
  price('B', 1);
  scheduler.advance(10);
  show();
  fake.drop();
  await Promise.resolve();
  expect(shown(quotes())).toBe('A 1 suspect,B 1 suspect');
});

it('quotesSignal follows a list in a signal: removed symbols disappear, added ones come', async () => {
  const { injector, scheduler, price, show, flush } = application();
  const symbols = signal<readonly string[]>(['A', 'B']);
  const quotes = runInInjectionContext(injector, () => quotesSignal<TextEvent>(symbols));
  flush();
  scheduler.advance(100);
  price('A', 1);
  price('B', 1);
  scheduler.advance(10);
  show();
  symbols.set(['B', 'C']);
  flush();
  await Promise.resolve();
  expect(shown(quotes())).toBe('B 1 live');
  scheduler.advance(100);
  price('C', 5);
  scheduler.advance(10);
  show();
  expect(shown(quotes())).toBe('B 1 live,C 5 live');
});

it('quotesSignal subscribes once to an Observable of lists', () => {
  const { injector, scheduler, price, show } = application();
  let subscriptions = 0;
  const lists = new BehaviorSubject<readonly string[]>(['A']);
  const symbols$ = defer(() => {
    subscriptions += 1;
    return lists;
  });
  const quotes = runInInjectionContext(injector, () => quotesSignal<TextEvent>(symbols$));
  scheduler.advance(100);
  price('A', 1);
  scheduler.advance(10);
  show();
  expect([shown(quotes()), subscriptions]).toEqual(['A 1 live', 1]);
});

it('quoteSignal has the newest quote of its symbol, and none of the previous one after the symbol has changed', async () => {
  const { injector, scheduler, price, show, flush } = application();
  const symbol = signal('A');
  const [fixed, following] = runInInjectionContext(injector, () => [
    quoteSignal<TextEvent>('B'),
    quoteSignal<TextEvent>(symbol),
  ]);
  flush();
  scheduler.advance(100);
  expect([fixed(), following()]).toEqual([undefined, undefined]);
  price('A', 1);
  price('B', 2);
  scheduler.advance(10);
  show();
  expect([fixed()?.price, following()?.price]).toEqual([2, 1]);
  symbol.set('B');
  expect(following()).toBeUndefined();
  flush();
  await Promise.resolve();
  expect(following()?.price).toBe(2);
});

it('feedStateSignal follows the connection and does not open it', () => {
  const { injector, scheduler, fake } = application();
  const state = runInInjectionContext(injector, () => feedStateSignal());
  scheduler.advance(100);
  expect([state().status, fake.connections.length]).toEqual(['idle', 0]);
  runInInjectionContext(injector, () => quotesSignal(['A']));
  scheduler.advance(100);
  expect(state().status).toBe('live');
});

it('the signals of a closed feed have no quotes', () => {
  const { injector, scheduler, price, show, feed } = application();
  const [quotes, quote, state] = runInInjectionContext(injector, () => [
    quotesSignal<TextEvent>(['A']),
    quoteSignal<TextEvent>('A'),
    feedStateSignal(),
  ]);
  scheduler.advance(100);
  price('A', 1);
  scheduler.advance(10);
  show();
  expect([shown(quotes()), quote()?.price]).toEqual(['A 1 live', 1]);
  void feed.close();
  expect([shown(quotes()), quote(), state().status]).toEqual(['', undefined, 'closed']);
});

it('injectQuoteFeed has the feed itself', () => {
  const { injector, feed } = application();
  const injected = runInInjectionContext(injector, () => injectQuoteFeed<TextEvent>());
  expect(injected()).toBe(feed);
});

it('every function needs an injection context, or takes an injector', () => {
  const { injector } = application();
  for (const make of [
    (options?: { injector: EnvironmentInjector }) => quotesSignal(['A'], options),
    (options?: { injector: EnvironmentInjector }) => quoteSignal('A', options),
    feedStateSignal,
    injectQuoteFeed,
  ]) {
    expect(() => make()).toThrow('NG0203');
    expect(make({ injector })).toBeTypeOf('function');
  }
});

it('every function names provideQuoteFeed when no feed is provided', () => {
  const { injector } = injectorOf([]);
  const all: readonly (() => unknown)[] = [
    () => quotesSignal(['A']),
    () => quoteSignal('A'),
    () => feedStateSignal(),
    () => injectQuoteFeed(),
  ];
  for (const make of all) {
    expect(() => runInInjectionContext(injector, make)).toThrow(/NG0201.*provideQuoteFeed/);
  }
});

it('a signal of an invalid symbol throws when it is read', () => {
  const { injector } = application();
  const code = expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error;
  const [quotes, quote] = runInInjectionContext(injector, () => [quotesSignal(['A/B']), quoteSignal('A/B')]);
  expect(() => quotes()).toThrow(code);
  expect(() => quote()).toThrow(code);
});
