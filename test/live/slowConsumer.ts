import { tap } from 'rxjs';
import { expect } from 'vitest';
import { type ConnectionState, defaultTransport, quoteFeed, systemClock, type Venue } from '../../src/index.js';
import type { Connection } from '../../src/model/transport.js';
import { isConserved } from '../../src/feed/diagnostics/stats.js';
import { until } from '../contract/openConnection.js';

/** The time that the consumer takes for an image, in ms: more than its sources leave it. */
const work = 2;
/** The shortest keep-alive there is, in s: a link without an answer is given up after 1.5 s. */
const keepAlive = 1;
/** How long the consumer is too slow, in ms: more than three times as long. */
const span = 5_000;
/** The time between two pings of the test, in ms. */
const pause = 50;
/** The most images that the consumer may get while a ping waits, 160 ms of its work: a few slices, however slow the machine is. */
const mostImages = 80;

function spin(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Expects a link with the shortest keep-alive to hold while a consumer uses up every slice, and pings to wait for little of its work. */
export async function expectLinkOutlivesSlowConsumer<E extends { readonly symbol: string }>(
  venue: Venue<E>,
  symbols: readonly string[],
  annotate: (message: string) => Promise<unknown>,
): Promise<void> {
  const connect = defaultTransport({ clock: systemClock, keepAlive });
  let connection: Connection | undefined;
  const feed = quoteFeed({
    venue,
    staleAfter: Infinity,
    transport: (endpoint) =>
      connect(endpoint).pipe(
        tap((event) => {
          if (event.type === 'open') ({ connection } = event);
        }),
      ),
  });
  const states: ConnectionState['status'][] = [];
  feed.state$.subscribe(({ status }) => states.push(status));
  let images = 0;
  feed.quotes(symbols).subscribe(({ change }) => {
    if (change !== 'image') return;
    images += 1;
    spin(work);
  });
  await until(() => feed.stats().connected, 'the link is live');
  const { conflated: passedOver } = feed.stats();
  await until(() => feed.stats().conflated > passedOver, 'the consumer is too slow');
  states.length = 0;

  const [waits, imagesMeanwhile]: [number[], number[]] = [[], []];
  for (const end = performance.now() + span; performance.now() < end; ) {
    const [asked, imagesBefore] = [performance.now(), images];
    let answered = false;
    connection?.ping?.().subscribe({ complete: () => (answered = true) });
    await until(() => answered, 'the ping is answered');
    waits.push(performance.now() - asked);
    imagesMeanwhile.push(images - imagesBefore);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
  const stats = feed.stats();
  await feed.close();

  const [longest, most] = [Math.max(...waits), Math.max(...imagesMeanwhile)];
  await annotate(
    `${String(waits.length)} pings waited for ${longest.toFixed(0)} ms and ${String(most)} images at most`,
  );
  expect(stats).toMatchObject({ attempts: 1, connected: true });
  expect(states.filter((status) => status !== 'live' && status !== 'closed')).toEqual([]);
  expect(isConserved(stats)).toBe(true);
  // Much more came than the consumer could take, so it used up every slice.
  expect(stats.conflated).toBeGreaterThan(stats.emitted);
  expect(waits.length).toBeGreaterThan(5);
  expect(most).toBeLessThanOrEqual(mostImages);
}
