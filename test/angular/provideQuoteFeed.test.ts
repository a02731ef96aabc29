import { InjectionToken, inject, makeEnvironmentProviders, runInInjectionContext } from '@angular/core';
import { Subject } from 'rxjs';
import { expect, it, vi } from 'vitest';
import {
  feedStateSignal,
  injectQuoteFeed,
  provideQuoteFeed,
  quoteSignal,
  quotesSignal,
} from '../../src/angular/index.js';
import type { Quote } from '../../src/index.js';
import { fakeFeed, fakeTransport, quoteMarbles } from '../../src/testing/index.js';
import { scene } from '../feed/scene.js';
import { textVenue } from '../support/textVenue.js';
import { injectorOf } from './injectorOf.js';

/** A microtask or two later: a promise has resolved and its result was used. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

it('makes the feed when it is first injected, once and in an injection context, and closes it with the injector', () => {
  const { feed } = scene();
  const close = vi.spyOn(feed, 'close');
  const name = new InjectionToken<string>('name');
  const names: string[] = [];
  const { injector } = injectorOf([
    makeEnvironmentProviders([{ provide: name, useValue: 'SET' }]),
    provideQuoteFeed(() => {
      names.push(inject(name));
      return feed;
    }),
  ]);
  expect(names).toEqual([]);
  runInInjectionContext(injector, () => [quotesSignal(['A']), feedStateSignal(), injectQuoteFeed()]);
  expect(names).toEqual(['SET']);
  expect(close).not.toHaveBeenCalled();
  injector.destroy();
  expect(close).toHaveBeenCalledOnce();
});

it('waits for a promise of a feed: until then the state is connecting and there is no quote', async () => {
  const { feed, fake, scheduler } = scene();
  let resolve: (value: typeof feed) => void = () => undefined;
  const { injector } = injectorOf([provideQuoteFeed(() => new Promise<typeof feed>((made) => (resolve = made)))]);
  const [state, quotes, injected] = runInInjectionContext(injector, () => [
    feedStateSignal(),
    quotesSignal(['A']),
    injectQuoteFeed(),
  ]);
  expect([state().status, quotes().size, injected()]).toEqual(['connecting', 0, undefined]);
  resolve(feed);
  await settled();
  scheduler.advance(100);
  expect([state().status, injected()]).toEqual(['live', feed]);
  injector.destroy();
  await settled();
  scheduler.advance(3_000);
  expect(fake.connections.filter(({ isOpen }) => isOpen)).toEqual([]);
});

it('closes a feed that comes after its injector was destroyed', async () => {
  const { feed } = scene();
  const close = vi.spyOn(feed, 'close');
  const { injector } = injectorOf([provideQuoteFeed(async () => feed)]);
  const injected = runInInjectionContext(injector, () => injectQuoteFeed());
  injector.destroy();
  await settled();
  expect(close).toHaveBeenCalledOnce();
  expect(injected()).toBeUndefined();
});

it('gives a rejected promise to the ErrorHandler, and the state stays connecting', async () => {
  const failure = new Error('the chunk could not be loaded');
  const { injector, errors } = injectorOf([provideQuoteFeed(() => Promise.reject(failure))]);
  const [state, quotes] = runInInjectionContext(injector, () => [feedStateSignal(), quotesSignal(['A'])]);
  await settled();
  expect(errors).toEqual([failure]);
  expect([state().status, quotes().size]).toEqual(['connecting', 0]);
});

it('makes a feed of a configuration, and closes it with the injector', async () => {
  const fake = fakeTransport();
  const { injector } = injectorOf([provideQuoteFeed({ venue: textVenue(), transport: fake.transport })]);
  const [state, injected] = runInInjectionContext(injector, () => [feedStateSignal(), injectQuoteFeed()]);
  await vi.waitFor(() => {
    expect(injected()).toBeDefined();
  });
  expect(state().status).toBe('idle');
  injector.destroy();
  const ended = vi.fn();
  injected()?.state$.subscribe({ complete: ended });
  expect(ended).toHaveBeenCalledOnce();
});

it('does not close a feed that is handed in', () => {
  const { feed } = scene();
  const close = vi.spyOn(feed, 'close');
  const { injector } = injectorOf([provideQuoteFeed(feed)]);
  expect(runInInjectionContext(injector, () => injectQuoteFeed())()).toBe(feed);
  injector.destroy();
  expect(close).not.toHaveBeenCalled();
});

it('takes a fakeFeed, whose change of state is in the signal after a microtask', async () => {
  const quotes$ = new Subject<Quote>();
  const { injector } = injectorOf([provideQuoteFeed(fakeFeed({ quotes: quotes$ }))]);
  const quotes = runInInjectionContext(injector, () => quotesSignal(['AOT']));
  quotes$.next(quoteMarbles({ s: { symbol: 'AOT', bid: 62.25, state: 'suspect', change: 'state' } }).s);
  await Promise.resolve();
  expect(quotes().get('AOT')?.state).toBe('suspect');
});

it('makes nothing on a server: no price, no connection, and the state is connecting', async () => {
  const made = vi.fn(() => scene().feed);
  const { feed, fake, scheduler } = scene();
  for (const provider of [provideQuoteFeed(made), provideQuoteFeed(feed)]) {
    const { injector } = injectorOf([provider], 'server');
    const [state, quotes, quote, injected] = runInInjectionContext(injector, () => [
      feedStateSignal(),
      quotesSignal(['A']),
      quoteSignal('A'),
      injectQuoteFeed(),
    ]);
    await settled();
    scheduler.advance(100);
    expect([state().status, quotes().size, quote(), injected()]).toEqual(['connecting', 0, undefined, undefined]);
  }
  expect([made.mock.calls.length, fake.connections.length]).toEqual([0, 0]);
});

it('refuses what is neither a feed nor makes one', () => {
  const code = expect.objectContaining({ code: 'RXQ_ARGUMENT', option: 'provideQuoteFeed.source' }) as Error;
  expect(() => provideQuoteFeed('wss://broker.example' as never)).toThrow(code);
  expect(() => provideQuoteFeed(null as never)).toThrow(code);
});
