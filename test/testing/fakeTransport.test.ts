import { describe, expect, test } from 'vitest';
import { ConnectionFailure } from '../../src/model/errors.js';
import { fakeTransport, virtualClock } from '../../src/testing/index.js';
import type { Connection, ConnectionEvent } from '../../src/model/transport.js';
import { quoteFeed } from '../../src/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { marbles } from '../support/marbles.js';
import { type TextEvent, textVenue } from '../support/textVenue.js';

const endpoint = { url: 'mqtt://h' };
const text = ({ payload }: { readonly payload: Uint8Array }): string => new TextDecoder().decode(payload);

function opened(options: Parameters<typeof fakeTransport>[0] = {}) {
  const fake = fakeTransport(options);
  const events: string[] = [];
  const held: { connection?: Connection } = {};
  fake.transport(endpoint).subscribe({
    next: (event: ConnectionEvent) => {
      if (event.type === 'open') held.connection = event.connection;
      events.push(
        event.type === 'frame' ? `${event.topic} ${text(event)}${event.retain ? ' retained' : ''}` : event.type,
      );
    },
    error: (error: unknown) => events.push(String(error)),
    complete: () => events.push('complete'),
  });
  return { fake, events, held };
}

describe('a fake transport', () => {
  test('delivers to subscribers, and a retained message to later ones, with the flag', () => {
    const { fake, events, held } = opened();
    fake.publish('a', '1');
    fake.publish('px/b', '2', { retain: true });
    held.connection?.subscribe(['a', 'px/+']).subscribe();
    fake.publish('a', '3');
    fake.publish('px/b', '4', { retain: true });
    held.connection?.unsubscribe(['a']);
    fake.publish('a', '5');
    expect(events).toEqual(['handshake', 'open', 'px/b 2 retained', 'a 3', 'px/b 4']);
    expect(fake.current.subscribes).toEqual([['a', 'px/+']]);
    expect(fake.current.unsubscribes).toEqual([['a']]);
  });

  test('answers with the codes of its options, or never', () => {
    const answers: unknown[] = [];
    const { held } = opened({
      suback: (topic) => ({ bad: 0x80, silent: undefined })[topic] ?? (topic === 'silent' ? undefined : 0),
    });
    held.connection?.subscribe(['a', 'bad']).subscribe((codes) => answers.push(codes));
    held.connection?.subscribe(['silent']).subscribe((codes) => answers.push(codes));
    expect(answers).toEqual([[0, 0x80]]);
  });

  test('takes packets in their order: UNSUBSCRIBE before the answer to SUBSCRIBE leaves nothing subscribed', () => {
    const scheduler = new FastScheduler();
    const { fake, held, events } = opened({ scheduler, subackLatency: () => 10 });
    held.connection?.subscribe(['a', 'b']).subscribe();
    held.connection?.unsubscribe(['a']);
    scheduler.advance(10);
    fake.publish('a', '1');
    fake.publish('b', '2');
    expect(fake.current.subscribed).toEqual(new Set(['b']));
    expect(events).toEqual(['handshake', 'open', 'b 2']);
  });

  test('waits for accept() with accept: false, ends with drop(), and completes on close', () => {
    const waiting = opened({ accept: false });
    expect(waiting.events).toEqual([]);
    waiting.fake.current.accept();
    waiting.fake.drop(new ConnectionFailure('network', 'gone'));
    expect(waiting.events).toEqual(['handshake', 'open', 'ConnectionFailure: gone']);
    expect(waiting.fake.current.isUp).toBe(false);
    const closing = opened();
    closing.held.connection?.close().subscribe();
    expect(closing.events).toEqual(['handshake', 'open', 'complete']);
  });

  test('names the missing step before the first connection', () => {
    expect(() => fakeTransport().current).toThrow(/subscribe to the feed first/);
  });

  test('plays a marble diagram in virtual time, with latency', () => {
    marbles(({ hot, expectObservable }, scheduler) => {
      const fake = fakeTransport({ latency: 2, scheduler });
      const feed = quoteFeed<TextEvent>({
        venue: textVenue(),
        transport: fake.transport,
        clock: virtualClock(scheduler),
        staleAfter: Infinity,
      });
      fake.play(
        hot('---a-b', {
          a: (far) => {
            far.publish('px/A', '1');
          },
          b: (far) => {
            far.publish('px/A', '2');
          },
        }),
      );
      const received = (price: number): unknown => expect.objectContaining({ price });
      // Before the SUBACK there is no subscription, so messages are not delivered.
      expectObservable(feed.quotes(['A']), '^-------!').toBe('-----b--', { b: received(2) });
    });
  });
});
