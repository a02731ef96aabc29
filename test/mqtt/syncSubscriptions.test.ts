import { BehaviorSubject, EMPTY, map, Observable, pairwise, startWith, type Subscriber } from 'rxjs';
import { expect, test } from 'vitest';
import { ProtocolFailure, TimeoutFailure } from '../../src/model/errors.js';
import { syncSubscriptions, type SubscriptionEvent } from '../../src/mqtt/subscriptions/syncSubscriptions.js';
import { SubscribeWindow } from '../../src/mqtt/subscriptions/subscribeWindow.js';
import { SuspectedTopics } from '../../src/mqtt/subscriptions/suspectedTopics.js';
import { TopicLedger } from '../../src/mqtt/subscriptions/topicLedger.js';
import { virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';

interface Sent {
  readonly at: number;
  readonly topics: readonly string[];
  answer(...codes: number[]): void;
}

function started(topics: readonly string[], refusedBefore: readonly string[] = []) {
  const scheduler = new FastScheduler();
  const wanted$ = new BehaviorSubject<ReadonlySet<string>>(new Set(topics));
  const ledger = new TopicLedger();
  const sent: Sent[] = [];
  const unsubscribed: (readonly string[])[] = [];
  const events: (SubscriptionEvent | { readonly type: 'failed'; readonly failure: unknown })[] = [];
  const connection = {
    subscribe: (asked: readonly string[]) =>
      new Observable<readonly number[]>((out: Subscriber<readonly number[]>) => {
        const answer = (...codes: number[]): void => {
          out.next(codes);
          out.complete();
        };
        sent.push({ at: scheduler.now(), topics: asked, answer });
      }),
    unsubscribe: (gone: readonly string[]) => {
      unsubscribed.push(gone);
    },
    close: () => EMPTY,
  };
  const clock = virtualClock(scheduler);
  const suspects = new SuspectedTopics(clock);
  const window = new SubscribeWindow(clock, suspects);
  window.open(connection);
  const subscription = syncSubscriptions(connection, {
    wanted$: wanted$.pipe(
      startWith(new Set<string>()),
      pairwise(),
      map(([before, all]) => ({
        all,
        added: [...all].filter((topic) => !before.has(topic)),
        gone: [...before].filter((topic) => !all.has(topic)),
      })),
    ),
    address: 'mqtt://broker.test',
    ledger,
    clock,
    refusedBefore: new Map(refusedBefore.map((topic) => [topic, undefined])),
    suspects,
    window,
  }).subscribe({
    next: (event) => events.push(event),
    error: (failure: unknown) => events.push({ type: 'failed', failure }),
  });
  subscription.add(() => {
    window.stop();
  });
  return { scheduler, wanted$, ledger, sent, unsubscribed, events, subscription };
}

const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);
const zeros = (sent: Sent | undefined): void => {
  sent?.answer(...sent.topics.map(() => 0));
};

test('sends at most 8 topics a packet, and says answered after the last answer', () => {
  const { sent, events } = started(names(20));
  expect(sent.map(({ topics }) => topics.length)).toEqual([8, 8, 4]);
  zeros(sent[0]);
  zeros(sent[2]);
  expect(events.map(({ type }) => type)).toEqual(['granted', 'granted']);
  zeros(sent[1]);
  expect(events.map(({ type }) => type)).toEqual(['granted', 'granted', 'granted', 'answered']);
});

test('asks for a refused topic alone at once, then alone every 60 s, and never disturbs its siblings', () => {
  const { sent, events, scheduler, ledger } = started(['a', 'bad', 'b']);
  sent[0]?.answer(0, 0x80, 0);
  expect(sent[1]).toMatchObject({ at: 0, topics: ['bad'] });
  for (let round = 1; round <= 3; round += 1) {
    sent.at(-1)?.answer(0x80);
    scheduler.advance(60_000);
    expect(sent).toHaveLength(2 + round);
    expect(sent.at(-1)).toMatchObject({ at: round * 60_000, topics: ['bad'] });
  }
  sent.at(-1)?.answer(0);
  scheduler.advance(600_000);
  expect(sent).toHaveLength(5);
  expect(events.at(-2)).toEqual({ type: 'granted', topics: ['bad'] });
  expect(ledger.summary()).toEqual({ wanted: 3, granted: 3, refused: [], mute: [] });
});

test('asks for a topic that was refused on an earlier connection alone from the start', () => {
  const { sent } = started(['a', 'bad', 'b'], ['bad']);
  expect(sent.map(({ topics }) => topics)).toEqual([['bad'], ['a', 'b']]);
});

test('a missing SUBACK fails the connection before all were answered once, and after that is asked for again', () => {
  const early = started(['a', 'b']);
  early.scheduler.advance(5_000);
  expect(early.events).toEqual([{ type: 'failed', failure: expect.any(TimeoutFailure) as unknown }]);
  const later = started(['a']);
  zeros(later.sent[0]);
  later.wanted$.next(new Set(['a', 'b']));
  later.scheduler.advance(65_000);
  expect(later.sent.map(({ at, topics }) => [at, ...topics])).toEqual([
    [0, 'a'],
    [0, 'b'],
    [65_000, 'b'],
  ]);
  expect(later.events.map(({ type }) => type)).toEqual(['granted', 'answered']);
});

test('an answer with too few or too many codes is a breach of the protocol', () => {
  for (const codes of [[], [0], [0, 0, 0]]) {
    const { sent, events } = started(['a', 'b']);
    sent[0]?.answer(...codes);
    expect(events).toEqual([{ type: 'failed', failure: expect.any(ProtocolFailure) as unknown }]);
  }
});

test('unsubscribes what is gone; its answer counts no more, and whoever waited for it alone is answered', () => {
  const { sent, events, unsubscribed, wanted$, ledger } = started(['a', 'b']);
  sent[0]?.answer(0, 0);
  wanted$.next(new Set(['a', 'c']));
  expect(unsubscribed).toEqual([['b']]);
  wanted$.next(new Set(['a']));
  expect(events.at(-1)).toEqual({ type: 'answered' });
  const before = events.length;
  zeros(sent[1]);
  expect(events.slice(before)).toEqual([{ type: 'answered' }]);
  expect(ledger.names()).toEqual(['a']);
});

test('a topic that left and came back is answered by its own SUBACK, and retried by one timer', () => {
  const { sent, wanted$, ledger, scheduler } = started(['a', 'b']);
  wanted$.next(new Set(['b']));
  wanted$.next(new Set(['a', 'b']));
  sent[0]?.answer(0, 0);
  expect([...ledger.snapshot()]).toEqual([
    ['b', { status: 'granted', code: 0 }],
    ['a', { status: 'sent' }],
  ]);
  for (let round = 0; round < 5; round += 1) {
    sent.at(-1)?.answer(0x80);
    wanted$.next(new Set(['b']));
    wanted$.next(new Set(['a', 'b']));
  }
  sent.at(-1)?.answer(0x80);
  const before = sent.length;
  scheduler.advance(60_000);
  expect(sent.slice(before).map(({ topics }) => topics)).toEqual([['a']]);
});

test('sends nothing and leaves no timer after it is let go', () => {
  const { sent, wanted$, subscription, scheduler, unsubscribed } = started(['a', 'bad']);
  sent[0]?.answer(0, 0x80);
  sent[1]?.answer(0x80);
  subscription.unsubscribe();
  wanted$.next(new Set(['c']));
  expect(scheduler.pending).toBe(0);
  expect(sent).toHaveLength(2);
  expect(unsubscribed).toEqual([]);
});
