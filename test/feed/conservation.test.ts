import { config } from 'rxjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FeedMachine } from '../support/feedMachine.js';

const steps = 50_000;
const given = process.env['RXQ_SEED'];
const seeds = given === undefined ? Array.from({ length: 20 }, (_, index) => 1_001 + index) : [Number(given)];

describe('whatever is done to a feed, in whatever order, also from inside its callbacks', () => {
  const unhandled: unknown[] = [];
  const before = config.onUnhandledError;
  beforeAll(() => {
    config.onUnhandledError = (error) => {
      unhandled.push(error);
    };
  });
  afterAll(() => {
    config.onUnhandledError = before;
  });

  test.each(seeds)(
    'every PUBLISH is accounted for, order and epochs hold, nothing hot, dead or left behind (seed %i, 50,000 steps)',
    async (seed) => {
      const machine = new FeedMachine(seed);
      machine.run(steps);
      await new Promise((resolve) => setTimeout(resolve, 0));
      expect(unhandled).toEqual([]);
    },
  );
});
