import type { Sent } from '../judge/record.js';
import type { Far } from './far.js';

/** Sends the images of all symbols in turn, and writes down each. */
export interface Publisher {
  readonly sent: readonly Sent[];
  stop(): void;
}

/** Every symbol has its turn ten times a second. */
const TICK = 5;
const ROUND = 100;

/** Starts to publish, in real time. `now` in ms of the feed's clock. */
export function startPublisher({ symbols, publish }: Far, now: () => number): Publisher {
  const sent: Sent[] = [];
  let turn = 0;
  const timer = setInterval(() => {
    for (let left = Math.ceil((symbols.length * TICK) / ROUND); left > 0; left -= 1) {
      const symbol = symbols[turn % symbols.length]!;
      turn += 1;
      const at = now();
      sent.push({ topic: symbol, number: publish(symbol), at });
    }
  }, TICK);
  return {
    sent,
    stop: () => {
      clearInterval(timer);
    },
  };
}
