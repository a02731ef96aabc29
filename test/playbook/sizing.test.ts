import { describe, expect, it } from 'vitest';
import { sizing } from '../../src/playbook/index.js';
import { scene } from '../feed/scene.js';

describe('the size of a queue', () => {
  it('is peak rate × longest stall × safety, by the measurements', () => {
    const { feed, scheduler, price } = scene();
    let spends = 0;
    feed.quotes(['AOT', 'PTT']).subscribe(() => {
      scheduler.spend(spends);
    });
    // 1,000 a second for a while, then one message that takes 500 ms.
    for (let sent = 0; sent < 1000; sent += 1) {
      price('AOT', sent);
      scheduler.advance(1);
    }
    spends = 500;
    price('AOT', 1);
    spends = 0;
    scheduler.advance(2000);
    const sized = sizing(feed);
    expect(sized).toMatchObject({ longestStall: 500, safety: 2, topics: 2 });
    expect(sized.peakRate).toBeCloseTo(1000, -1);
    expect(sized.messages).toBe(Math.ceil(sized.peakRate));
    expect(sized.capacity).toBe(sized.messages);
    expect(sizing(feed, { safety: 3 }).messages).toBe(Math.ceil(1.5 * sized.peakRate));
    feed.tune({ capacity: sized.capacity });
  });

  it('counts a blocked thread as a stall, too', () => {
    const { feed, scheduler, price } = scene();
    feed.quotes(['AOT']).subscribe();
    price('AOT', 1);
    scheduler.spend(1250);
    scheduler.advance(0);
    expect(sizing(feed).longestStall).toBe(1000);
  });

  it('is never below twice the topics, for their images', () => {
    const { feed } = scene();
    expect(sizing(feed)).toMatchObject({ peakRate: 0, messages: 0, topics: 0, capacity: 2 });
    feed.quotes(['A', 'B', 'C']).subscribe();
    expect(sizing(feed)).toMatchObject({ topics: 3, capacity: 6 });
  });

  it('is a power of 2 with room for at least twice the held topics, while a wildcard brings more than the capacity allows', () => {
    const { listen, price, feed } = scene({ feed: { capacity: 8 } });
    listen();
    for (const symbol of ['A', 'B', 'C']) price(symbol, 1);
    expect(sizing(feed)).toMatchObject({ topics: 3, capacity: 6 });
    price('D', 1);
    expect(sizing(feed)).toMatchObject({ topics: 3, capacity: 16 });
    feed.tune({ capacity: 16 });
    expect(sizing(feed)).toMatchObject({ topics: 3, capacity: 6 });
  });

  it.each([0.5, Infinity, Number.NaN, '2'])('refuses the factor %o, with a code', (safety) => {
    expect(() => sizing(scene().feed, { safety: safety as number })).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error,
    );
  });
});
