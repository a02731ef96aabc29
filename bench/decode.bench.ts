/**
 * Full ten-level decode of the ordinary golden books: ours against protobufjs to the same four arrays.
 *
 * Run with `npm run bench decode`. One iteration is one payload; take the ratio, not the time. `npm run bench:peers` measures
 * the same in processor time, and judges it by a bound.
 */
import { barplot, bench, do_not_optimize, run, summary } from 'mitata';
import { goldenBooks } from './peers/costs/goldenBooks.js';
import { decodeWithProtobufjs } from './peers/receivers/protobufBook.js';
import { decodeBidOfferV3 } from '../src/settrade/index.js';

const books = goldenBooks();
let ours = 0;
let theirs = 0;

barplot(() => {
  summary(() => {
    bench('decodeBidOfferV3', () => {
      ours = (ours + 1) % books.length;
      const { payload, topic } = books[ours]!;
      do_not_optimize(decodeBidOfferV3(payload, topic));
    });
    bench('protobufjs, reflection', () => {
      theirs = (theirs + 1) % books.length;
      do_not_optimize(decodeWithProtobufjs(books[theirs]!.payload));
    });
  });
});

await run();
