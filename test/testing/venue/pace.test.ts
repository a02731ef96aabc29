import { VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type SimulatedVenue, type SimulatedVenueConfig, startSimulatedVenue } from '../../../src/testing/index.js';
import { connectTo } from './venueClient.js';

const timers = new VirtualTimeScheduler();
const clock = { now: () => timers.now(), monotonic: () => timers.now(), timers };
let venue: SimulatedVenue;

async function started(config: SimulatedVenueConfig): Promise<void> {
  timers.frame = timers.maxFrames = 0;
  venue = await startSimulatedVenue({ clock, ...config });
}

function wait(ms: number): void {
  timers.maxFrames = timers.frame + ms;
  timers.flush();
  timers.frame = timers.maxFrames;
}

/** Books sent since the start, which sends one of each. */
const books = (): number => venue.counts.published.quote - venue.symbols.length;

afterEach(() => venue.stop());

describe('the rate', () => {
  it.each([
    [0, 10],
    [0.5, 10],
    [20, 10],
    [333, 10],
    [5_000, 2],
    [200_000, 0.5],
  ])('is %d books a second', async (rate, seconds) => {
    await started({ symbols: 10, rate });
    wait(seconds * 1_000);
    expect(books()).toBe(rate * seconds);
  });

  it('may be changed, also to nothing and while paused', async () => {
    await started({ symbols: 10, rate: 100 });
    wait(1_000);
    venue.rate = 1_000;
    wait(1_000);
    venue.pause();
    venue.pause();
    venue.rate = 50;
    wait(5_000);
    expect([books(), venue.rate]).toEqual([1_100, 50]);
    venue.pause();
    expect(venue.rate).toBe(50);
    venue.resume();
    wait(1_000);
    venue.rate = 0;
    wait(5_000);
    expect(books()).toBe(1_150);
  });

  it('is shared evenly by the symbols, in an order of the seed', async () => {
    await started({ symbols: 5, rate: 100 });
    const { client, got, subscribe, has } = await connectTo(venue);
    await subscribe('proto/topic/bidofferv3/+');
    wait(100);
    await has(10);
    const order = got.map(({ topic }) => topic);
    expect(order.slice(5)).toEqual(order.slice(0, 5));
    expect(new Set(order).size).toBe(5);
    await client.endAsync(true);
  });

  it('is 0 while no orders come in', async () => {
    await started({ symbols: 10, rate: 100, phase: 'closed' });
    wait(10_000);
    expect(venue.counts.published).toEqual({ quote: 10, info: 10, candle: 0, market: 1, derivatives: 0 });
  });
});

it('follows a schedule, and sends the index every second while orders come in', async () => {
  const schedule = [
    { after: 2_500, phase: 'open1' },
    { after: 5_500, phase: 'closed' },
  ] as const;
  await started({ symbols: 10, phase: 'pre-open1', schedule });
  const phases = [];
  for (let second = 0; second < 7; second++) {
    phases.push([venue.phase, venue.counts.published.market]);
    wait(1_000);
  }
  expect(phases).toEqual([
    ['pre-open1', 1],
    ['pre-open1', 2],
    ['pre-open1', 3],
    ['open1', 5],
    ['open1', 6],
    ['open1', 7],
    ['closed', 8],
  ]);
});

it('leaves no timer, no connection and no port behind after stop(), which may be called twice', async () => {
  await started({ symbols: 10, rate: 100, schedule: [{ after: 60_000, phase: 'closed' }] });
  const { client } = await connectTo(venue);
  const cut = new Promise<void>((resolve) => {
    client.once('close', () => resolve());
  });
  await Promise.all([venue.stop(), venue.stop()]);
  await cut;
  expect([timers.actions, venue.connections]).toEqual([[], 0]);
  await expect(fetch(venue.restUrl)).rejects.toThrow('fetch failed');
  await expect(connectTo(venue)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  venue.rate = 1_000;
  venue.resume();
  expect(timers.actions).toEqual([]);
});
