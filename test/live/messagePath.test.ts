import { readFileSync } from 'node:fs';
import { filter, firstValueFrom, timeout } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mqttVenue, quoteFeed } from '../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../src/settrade/index.js';
import { type SimulatedVenue, startSimulatedVenue } from '../../src/testing/index.js';
import { scene } from '../feed/scene.js';

/** Frames of the stack, the subscriber's first, down to the frame tap's last. */
async function stackOfAMessage(venue: SimulatedVenue): Promise<readonly string[]> {
  const feed = quoteFeed({
    venue: mqttVenue({ endpoint: venue.tcpUrl, topics: settradeTopics, decode: decodeBidOfferV3 }),
  });
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 200;
  try {
    let stack: readonly string[] = [];
    const subscription = feed.quotes(['AOT']).subscribe(() => {
      stack = (new Error('here').stack ?? '').split('\n').slice(1);
    });
    // A message that waited has another stack: the loop goes on until one comes straight from the socket.
    const isWhole = (): boolean => stack.some((frame) => frame.includes('frameTap'));
    await firstValueFrom(feed.quotes(['AOT'], { replay: false }).pipe(filter(isWhole), timeout(5_000)));
    subscription.unsubscribe();
    return stack.slice(0, stack.findLastIndex((frame) => frame.includes('frameTap')) + 1);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    await feed.close();
  }
}

function fileOf(frame: string): string | undefined {
  return /((?:src|operators)\/[\w/]+\.ts)/.exec(frame)?.[1];
}

describe('the path of a message from the frame tap to a subscriber', () => {
  let venue: SimulatedVenue;
  let stack: readonly string[] = [];

  beforeAll(async () => {
    venue = await startSimulatedVenue({ symbols: ['AOT'], rate: 100 });
    stack = await stackOfAMessage(venue);
  });
  afterAll(async () => {
    await venue.stop();
  });

  test('takes at most 35 stack frames of this package and of RxJS', () => {
    const frames = stack.filter((frame) => fileOf(frame) !== undefined || frame.includes('rxjs'));
    expect(frames.length).toBeGreaterThan(12);
    expect(frames.length, frames.join('\n')).toBeLessThanOrEqual(35);
  });

  test('contains the files that docs/architecture.md lists, in that order, at most 12', () => {
    const passed = [...new Set(stack.toReversed().map(fileOf))].filter((file) => file !== undefined);
    const listed = [...readFileSync('docs/architecture.md', 'utf8').matchAll(/^\| \d+ \| `([^`]+)`/gm)].map(
      ([, file]) => file,
    );
    expect(passed).toEqual(listed);
    expect(passed.length).toBeLessThanOrEqual(12);
  });
});

test('looks up a message of a known topic by its name only once', () => {
  const { listen, fake, price } = scene();
  const { said } = listen(['A']);
  price('A', 1);
  const lookups: string[] = [];
  const note = (key: unknown): void => {
    if (key === 'px/A') lookups.push(new Error('here').stack ?? '');
  };
  const originals = [Map.prototype, Set.prototype].map((prototype) => ({
    prototype,
    methods: Object.getOwnPropertyDescriptors(prototype),
  }));
  for (const { prototype, methods } of originals) {
    for (const name of ['get', 'has', 'set', 'add', 'delete'] as const) {
      const original = (methods as Partial<Record<typeof name, PropertyDescriptor>>)[name]?.value as
        | ((this: unknown, ...given: unknown[]) => unknown)
        | undefined;
      if (original === undefined) continue;
      Object.defineProperty(prototype, name, {
        configurable: true,
        writable: true,
        value: function (this: unknown, ...given: unknown[]) {
          note(given[0]);
          return original.apply(this, given);
        },
      });
    }
  }
  try {
    fake.current.send('px/A', '2');
  } finally {
    for (const { prototype, methods } of originals) Object.defineProperties(prototype, methods);
  }
  expect(said.at(-1)).toContain('A 2 live');
  const own = lookups.filter((stack) => !stack.includes('fakeTransport'));
  expect(own, own.join('\n\n')).toHaveLength(1);
});
