import { expect, test } from 'vitest';
import { scene } from './scene.js';

test('a frame that can not be read makes only its symbol suspect at once, until its next image', () => {
  const { listen, price, feed } = scene();
  const { said } = listen(['AOT', 'PTT']);
  price('AOT', 70);
  price('PTT', 33);
  said.length = 0;
  price('AOT', 'garbage');
  price('AOT', 'more garbage');
  expect(said).toEqual(['AOT 70 suspect unknown e0 state']);
  price('AOT', 71);
  expect(said.slice(1)).toEqual(['AOT 71 live unknown e0 image']);
  expect(feed.stats()).toMatchObject({ rejected: { threw: 2 }, gaps: 0 });
});

test('an image that still waits when a later frame can not be read is not live', () => {
  const { listen, price, scheduler } = scene({ feed: { maxBatch: 1 } });
  const { said } = listen(['AOT', 'PTT']);
  said.length = 0;
  price('PTT', 33);
  price('AOT', 70);
  price('AOT', '');
  scheduler.advance(10);
  expect(said.filter((line) => line.startsWith('AOT'))).toEqual(['AOT 70 suspect unknown e0 image']);
  price('AOT', 71);
  scheduler.advance(10);
  expect(said.at(-1)).toBe('AOT 71 live unknown e0 image');
});
