import type * as settrade from '../../../src/settrade/index.js';
import { builtEntry } from '../builtEntry.js';
import { processorTime } from '../processorTime.js';
import { bestLevelWithProtobufjs, decodeWithProtobufjs } from '../receivers/protobufBook.js';
import type { MeasureCost } from './cost.js';
import { type GoldenBook, goldenBooks } from './goldenBooks.js';

type Decode = (book: GoldenBook) => object;

/** Decodings in one turn of a decoder, some 40 ms. */
const perTurn = 20_000;
const turns = 12;
/** Turns before the first that counts: code is compiled in them. */
const warmUpTurns = 4;

/** Makes results reachable, so that no decoding can be left out. */
let last: object | undefined;

function turn(decode: Decode, books: readonly GoldenBook[]): number {
  const before = processorTime();
  for (let index = 0; index < perTurn; index += 1) last = decode(books[index % books.length]!);
  if (last === undefined) throw new Error('nothing was decoded');
  return processorTime() - before;
}

/** µs of each decoder a message; decoders take turns, so that noise hits all alike. */
export const measure: MeasureCost = async (build) => {
  const { decodeBidOfferV3, decodeBidOfferV3Top } = (await builtEntry(build, 'settrade/index.js')) as typeof settrade;
  const decoders: Readonly<Record<string, Decode>> = {
    'decode ten-levels rx-quotes': ({ payload, topic }) => decodeBidOfferV3(payload, topic),
    'decode ten-levels protobufjs': ({ payload }) => decodeWithProtobufjs(payload),
    'decode best-level rx-quotes': ({ payload, topic }) => decodeBidOfferV3Top(payload, topic),
    'decode best-level protobufjs': ({ payload }) => bestLevelWithProtobufjs(payload),
  };
  const books = goldenBooks();
  const taken = new Map(Object.keys(decoders).map((name) => [name, 0]));
  for (let count = -warmUpTurns; count < turns; count += 1) {
    for (const [name, decode] of Object.entries(decoders)) {
      const micros = turn(decode, books);
      if (count >= 0) taken.set(name, taken.get(name)! + micros);
    }
  }
  return Object.fromEntries([...taken].map(([name, micros]) => [name, micros / (turns * perTurn)]));
};
