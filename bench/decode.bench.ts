/**
 * Decoding of the ordinary golden books, ten levels and the best level: ours against protobufjs to the same values.
 *
 * Run with `npm run bench decode`. One iteration is one payload; take the ratio, not the time. `npm run bench:peers` measures
 * the same in processor time, and judges it by bounds.
 */
import { barplot, bench, do_not_optimize, run, summary } from 'mitata';
import { goldenBooks } from './peers/costs/goldenBooks.js';
import { bestLevelWithProtobufjs, decodeWithProtobufjs } from './peers/receivers/protobufBook.js';
import { decodeBidOfferV3, decodeBidOfferV3Top } from '../src/settrade/index.js';

const books = goldenBooks();

function compare(name: string, decode: (payload: Uint8Array, topic: string) => object): void {
  let index = 0;
  bench(name, () => {
    index = (index + 1) % books.length;
    const { payload, topic } = books[index]!;
    do_not_optimize(decode(payload, topic));
  });
}

barplot(() => {
  summary(() => {
    compare('decodeBidOfferV3', decodeBidOfferV3);
    compare('protobufjs, ten levels', decodeWithProtobufjs);
  });
  summary(() => {
    compare('decodeBidOfferV3Top', decodeBidOfferV3Top);
    compare('protobufjs, best level', bestLevelWithProtobufjs);
  });
});

await run();
