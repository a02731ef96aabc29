import { describe, expect, it } from 'vitest';
import { ConnectionFailure } from '../../src/model/errors.js';
import type { TopicExplanation } from '../../src/index.js';
import { kindsScene } from '../support/kindsScene.js';
import { type Scene, scene } from './scene.js';

function quoteOf({ feed }: Scene, symbol = 'AOT'): TopicExplanation {
  const [first] = feed.explain(symbol);
  if (first === undefined) throw new Error(`nothing is known of ${symbol}`);
  return first;
}

describe('a feed explains why a symbol is', () => {
  it('awaiting, with the answer that it waits for', () => {
    const set = scene({ fake: { latency: 100 } });
    set.listen(['AOT']);
    expect(quoteOf(set).why).toBe('awaiting: not subscribed on this connection');
    set.scheduler.advance(150);
    expect(quoteOf(set)).toMatchObject({ why: 'awaiting: waiting for an answer', subscription: { status: 'sent' } });
    set.scheduler.advance(100);
    expect(quoteOf(set)).toMatchObject({
      state: 'awaiting',
      why: 'awaiting: waiting for its first message',
      messages: [],
    });
  });

  it('live, since its first image after it was suspect', () => {
    const set = scene();
    set.listen(['AOT']);
    set.scheduler.advance(1000);
    set.price('AOT', 70);
    set.scheduler.advance(1000);
    set.price('AOT', 71);
    expect(quoteOf(set)).toMatchObject({
      topic: 'px/AOT',
      kind: 'quote',
      state: 'live',
      why: 'live: a live image came, at 1970-01-01T00:00:01.000Z in epoch 0',
      reason: { evidence: 'image', at: 1000, epoch: 0 },
      receivedAt: 2000,
      messages: [{ at: 2000, count: 2, epoch: 0, outcome: 'live image' }],
    });
  });

  it('suspect, with the reason and the epoch of the lost link', () => {
    const set = scene();
    set.listen(['AOT']);
    set.price('AOT', 70);
    set.scheduler.advance(5000);
    set.fake.drop(new ConnectionFailure('network', 'broker.test reset the connection'));
    set.scheduler.advance(5000);
    const { why, reason } = quoteOf(set);
    expect(why).toBe(
      'suspect: messages were missed: link lost, broker.test reset the connection (RXQ_NETWORK), at 1970-01-01T00:00:05.000Z in epoch 0',
    );
    expect(reason).toMatchObject({ evidence: 'missed', at: 5000, epoch: 0 });
  });

  it('suspect, with the unreadable messages and the reason of each', () => {
    const set = scene();
    set.listen(['AOT']);
    set.price('AOT', 70);
    set.scheduler.advance(100);
    set.price('AOT', 'seventy');
    expect(quoteOf(set)).toMatchObject({
      state: 'suspect',
      why: expect.stringContaining('a message could not be read'),
      messages: [{ outcome: 'live image' }, { at: 100, outcome: 'unreadable: threw' }],
    });
  });

  it('suspect, because its image may be old', () => {
    const set = scene();
    set.listen(['AOT']);
    set.fake.current.send('px/AOT', '70', { retain: true });
    expect(quoteOf(set)).toMatchObject({
      reason: { evidence: 'aged' },
      messages: [{ outcome: 'image of unknown age' }],
    });
    set.price('AOT', 71);
    set.fake.current.send('px/AOT', '70', { retain: true });
    expect(quoteOf(set).messages.map(({ outcome }) => outcome)).toEqual([
      'image of unknown age',
      'live image',
      'overlap',
    ]);
  });

  it('stale, with the time since its last message', () => {
    const set = scene({ feed: { staleAfter: 1000 } });
    set.listen(['AOT']);
    set.price('AOT', 70);
    set.scheduler.advance(5000);
    expect(quoteOf(set)).toMatchObject({
      why: 'stale: no message came for too long: staleAfter, 1000 ms, at 1970-01-01T00:00:01.000Z in epoch 0',
      receivedAt: 0,
    });
  });

  it('refused, with the broker’s code', () => {
    const set = scene({ fake: { suback: () => 128 } });
    set.listen(['BAD']);
    expect(quoteOf(set, 'BAD')).toMatchObject({
      why: expect.stringMatching(/^refused: the broker refused the subscription: code 128, at/),
      subscription: { status: 'refused', code: 128 },
    });
  });

  it('awaiting although a message came, because its connection never became live', () => {
    const set = scene({ fake: { latency: 100 } });
    set.listen(['AOT']);
    set.scheduler.advance(150);
    set.fake.current.send('px/AOT', '70');
    set.fake.drop();
    expect(quoteOf(set)).toMatchObject({ state: 'awaiting', messages: [{ at: 150, outcome: 'dropped: unpromoted' }] });
    expect(quoteOf(set).messages[0]).not.toHaveProperty('epoch');
  });
});

describe('explain()', () => {
  it('has the last 16 outcomes of a topic, with the time of the last message of each', () => {
    const set = scene();
    set.listen(['AOT']);
    for (let sent = 0; sent < 40; sent += 1) {
      set.price('AOT', sent % 2 === 0 ? sent : 'no price');
      set.scheduler.advance(1);
    }
    expect(quoteOf(set).messages.map(({ at }) => at)).toEqual(Array.from({ length: 16 }, (_, index) => 24 + index));
  });

  it('counts equal outcomes in a row, so that many good messages do not hide an earlier bad one', () => {
    const set = scene();
    set.listen(['AOT']);
    for (const price of [1, 'no price', ...Array.from({ length: 1_000 }, (_, index) => index)]) set.price('AOT', price);
    expect(quoteOf(set).messages.map(({ count, outcome }) => [count, outcome])).toEqual([
      [1, 'live image'],
      [1, 'unreadable: threw'],
      [1_000, 'live image'],
    ]);
  });

  it('is empty for a symbol without a subscriber, opens nothing, and throws for an invalid symbol', () => {
    const { feed, fake } = scene();
    expect(feed.explain('AOT')).toEqual([]);
    expect(fake.connections).toEqual([]);
    expect(() => feed.explain('a/b')).toThrow(expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error);
  });

  it('keeps the first of several reasons', () => {
    const set = scene();
    set.listen(['AOT']);
    set.price('AOT', 70);
    set.scheduler.advance(100);
    set.fake.drop();
    set.scheduler.advance(2000);
    set.price('AOT', 'seventy');
    expect(quoteOf(set).reason).toMatchObject({ at: 100, evidence: 'missed' });
  });
});

describe('symbols()', () => {
  it('has the symbols whose quotes have a subscriber, with state and age, and no other', () => {
    const { feed, fake, scheduler } = kindsScene();
    feed.priceInfos(['X']).subscribe();
    feed.quotes(['A', 'B']).subscribe();
    fake.publish('px/A', '1');
    scheduler.advance(1500);
    expect(feed.symbols()).toEqual([
      { symbol: 'A', state: 'live', market: 'unknown', age: 1500 },
      { symbol: 'B', state: 'awaiting', market: 'unknown' },
    ]);
  });
});

describe('the counts by stage', () => {
  it('show where messages wait, and are conserved for each stage', () => {
    const { feed, fake, listen, price, scheduler } = scene({ fake: { latency: 100 }, feed: { maxBatch: 1 } });
    listen(['A', 'B', 'C']);
    scheduler.advance(150);
    for (const symbol of ['A', 'A', 'B']) fake.current.send(`px/${symbol}`, '1');
    fake.current.send('px/C', 'one');
    expect(feed.stats().stages).toMatchObject({
      pending: { received: 4, conflated: 1, inFlight: 3 },
      decode: { received: 0 },
    });
    scheduler.advance(100);
    expect(feed.stats().stages.decode).toMatchObject({ received: 3, emitted: 2, rejected: { threw: 1 } });
    for (const symbol of ['A', 'B', 'C']) price(symbol, 2);
    expect(feed.stats().stages.queue.inFlight).toBe(2);
    expect(feed.stats().inFlight).toBe(2);
    scheduler.advance(100);
    for (const { received, emitted, conflated, dropped, rejected, inFlight } of Object.values(feed.stats().stages)) {
      const lost = [...Object.values(dropped), ...Object.values(rejected)].reduce((sum, count) => sum + count, 0);
      expect(received).toBe(emitted + conflated + lost + inFlight);
      expect(inFlight).toBe(0);
    }
  });
});
