import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import type { FeedUpdate } from '../../src/model/quote.js';
import { quoteFeed } from '../../src/feed/quoteFeed.js';
import { checkConservation, fakeTransport, virtualClock } from '../../src/testing/index.js';
import { type TextEvent, textVenue } from '../support/textVenue.js';

/** An update in one line. */
function line(update: FeedUpdate<TextEvent>): string {
  if (update.kind === 'gap') return `gap ${update.phase} ${String(update.fromEpoch)}→${String(update.toEpoch ?? '')}`;
  if (update.kind === 'status') return `${update.symbol} ${update.state}`;
  const { symbol, price, state, epoch, change, replayed = '' } = update;
  return `${symbol} ${String(price)} ${state} e${String(epoch)} ${change} ${replayed}`.trim();
}

test('a feed’s whole life in virtual time: every loss of trust is emitted at once, every recovery with the symbol’s own image', () => {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run(() => {
    const said: string[] = [];
    const late: string[] = [];
    const states: string[] = [];
    let completed = false;
    const at = (time: number, work: () => void): void => {
      scheduler.schedule(work, time);
    };
    const fake = fakeTransport({
      latency: 5,
      scheduler,
      suback: (topic) => (topic === 'px/BAD' ? 128 : 0),
    });
    const feed = quoteFeed({
      venue: textVenue(),
      transport: fake.transport,
      clock: virtualClock(scheduler),
      staleAfter: 2_000,
    });
    feed.state$.subscribe((state) => {
      states.push(`${String(scheduler.now())} ${state.status}${state.status === 'connecting' ? ` ${state.step}` : ''}`);
    });
    const log = (into: string[]) => (update: FeedUpdate<TextEvent>) => {
      into.push(`${String(scheduler.now())} ${line(update)}`);
      checkConservation(feed.stats());
    };

    at(10, () => {
      feed.updates(['AOT', 'PTT', 'BAD']).subscribe({
        next: log(said),
        complete: () => {
          completed = true;
        },
      });
    });
    at(100, () => {
      fake.publish('px/AOT', '70');
    });
    at(110, () => {
      fake.publish('px/PTT', '33');
    });
    at(200, () => {
      fake.drop();
    });
    // A message that the broker stored before the drop must not make a topic live.
    at(900, () => {
      fake.publish('px/PTT', '33.25', { retain: true });
    });
    at(1_000, () => {
      fake.publish('px/AOT', '71');
    });
    at(1_100, () => {
      feed.updates(['AOT', 'PTT', 'NEW']).subscribe({ next: log(late) });
    });
    at(1_200, () => {
      fake.publish('px/PTT', '34');
    });
    at(4_000, () => {
      void feed.close();
    });
    scheduler.flush();

    expect(states).toEqual([
      '0 idle',
      '10 connecting credentials',
      '10 connecting network',
      '15 connecting handshake',
      '15 connecting subscribing',
      '20 live',
      // Equal jitter around the middle: 0.75 of 1,000 ms.
      '200 waiting',
      '950 connecting credentials',
      '950 connecting network',
      '955 connecting handshake',
      '955 connecting subscribing',
      '960 live',
      '1105 live',
      '4000 closed',
    ]);
    expect(said).toEqual([
      '10 AOT awaiting',
      '10 PTT awaiting',
      '10 BAD awaiting',
      '20 BAD refused',
      '100 AOT 70 live e0 image',
      '110 PTT 33 live e0 image',
      '200 gap open 0→',
      '200 AOT 70 suspect e0 state',
      '200 PTT 33 suspect e0 state',
      '960 gap closed 0→1',
      '960 PTT 33.25 suspect e1 image retained',
      '1000 AOT 71 live e1 image',
      '1200 PTT 34 live e1 image',
      '3000 AOT 71 stale e1 state',
      '3200 PTT 34 stale e1 state',
    ]);
    expect(late).toEqual([
      '1100 AOT 71 live e1 state cache',
      '1100 PTT 33.25 suspect e1 state cache',
      '1100 NEW awaiting',
      '1200 PTT 34 live e1 image',
      '3000 AOT 71 stale e1 state',
      '3200 PTT 34 stale e1 state',
    ]);
    expect(completed).toBe(true);
    checkConservation(feed.stats());
    expect(feed.stats()).toMatchObject({ received: 5, emitted: 5, gaps: 1, attempts: 2, subscribers: 0 });
  });
});
