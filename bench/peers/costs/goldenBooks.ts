import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { topicPrefix } from '../messages.js';

/** A message with a recorded book of ten levels a side. */
export interface GoldenBook {
  readonly payload: Uint8Array;
  readonly topic: string;
}

interface Golden {
  readonly name: string;
  readonly symbol: string;
  readonly hex: string;
}

/** The recorded books of ordinary trading. */
export function goldenBooks(): readonly GoldenBook[] {
  const golden = JSON.parse(readFileSync('test/golden/bidofferv3.json', 'utf8')) as readonly Golden[];
  // One string for each topic, as a feed has it.
  const topics = new Map(golden.map(({ symbol }) => [symbol, `${topicPrefix}${symbol}`]));
  return golden
    .filter(({ name, symbol }) => name.startsWith(`${symbol}/`))
    .map(({ symbol, hex }) => ({ payload: new Uint8Array(Buffer.from(hex, 'hex')), topic: topics.get(symbol)! }));
}
