import { bidOfferTopic } from '../../src/settrade/index.js';
import { payloadOf } from '../support/goldenBidOfferV3.js';
import { movingBooks } from './expectFirstLight.js';
import { fiveSymbols } from './expectRecovery.js';

/** Publishes the moving books of all symbols in turns, round and round, until the caller stops it. */
export async function publishGoldensUntil(
  broker: { publish(topic: string, payload: Uint8Array): Promise<void> },
  isOver: () => boolean,
): Promise<void> {
  const recording = fiveSymbols.map((symbol) =>
    movingBooks(symbol).map((book) => [bidOfferTopic(symbol), payloadOf(book)] as const),
  );
  for (let turn = 0; !isOver(); turn += 1) {
    for (const books of recording) await broker.publish(...books[turn % books.length]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
