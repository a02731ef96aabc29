import type { Sent } from '../judge/record.js';
import type { Far, Publisher } from './far.js';

const TICK = 5;
/** The span of missed sending, on a busy machine, that the publisher makes up for, in ms. */
const CATCH_UP = 200;

/** Starts to publish `rate` images a second, in real time. `now` stamps them. */
export function startPublisher({ symbols, publish }: Far, rate: number, now: () => number): Publisher {
  const sent: Sent[] = [];
  let due = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const elapsed = performance.now() - last;
    last += elapsed;
    due += (Math.min(elapsed, CATCH_UP) * rate) / 1_000;
    for (; due >= 1; due -= 1) {
      const topic = symbols[sent.length % symbols.length]!;
      const at = now();
      sent.push({ topic, number: publish(topic), at });
    }
  }, TICK);
  return {
    stop: async () => {
      clearInterval(timer);
      return sent;
    },
  };
}
