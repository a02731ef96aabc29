import type { Cost, CostName } from './cost.js';

/** Every cost by its name; the code of each is loaded where it runs. */
export const costs: Readonly<Record<CostName, Cost>> = {
  decode: {
    rows: [
      {
        name: 'decode ten-levels rx-quotes',
        unit: 'µs',
        text: 'CPU of decoding a recorded book of ten levels a side by `decodeBidOfferV3`, which checks every field.',
      },
      {
        name: 'decode ten-levels protobufjs',
        unit: 'µs',
        text: 'CPU of decoding the same book by protobufjs to the same arrays, in the fastest way found: with its generated reader, each field read by its name, and no Long library. Nothing is checked.',
      },
      {
        name: 'decode best-level rx-quotes',
        unit: 'µs',
        text: 'CPU of decoding the best level of the same book by `decodeBidOfferV3Top`, which checks the structure of the whole message.',
      },
      {
        name: 'decode best-level protobufjs',
        unit: 'µs',
        text: 'CPU of decoding the same by protobufjs, which reads the whole message.',
      },
    ],
    rounds: 5,
    patience: 30_000,
    load: async () => (await import('./decode.js')).measure,
  },
  scrape: {
    rows: [
      {
        name: 'scrape 800-symbols',
        unit: 'ms',
        text: "CPU of making Prometheus' text of a feed with 800 symbols once, while messages come between two scrapes.",
      },
    ],
    rounds: 5,
    patience: 60_000,
    load: async () => (await import('./scrape.js')).measure,
  },
  heap: {
    rows: [
      {
        name: 'heap-growth rx-quotes-stale-after',
        unit: 'MB',
        text: 'Growth of the heap after collections, over 10,000,000 messages of 500 topics through a feed that took 1,000,000 before and has `staleAfter: 10_000`.',
      },
      {
        name: 'heap-growth rx-quotes',
        unit: 'MB',
        text: 'The same of a feed with learned staleness.',
      },
    ],
    rounds: 1,
    patience: 600_000,
    load: async () => (await import('./heap.js')).measure,
  },
  size: {
    rows: [
      {
        name: 'size browser',
        unit: 'kB',
        text: 'The main entry as one minified bundle for a browser, gzipped; mqtt and rxjs are not counted.',
      },
    ],
    rounds: 1,
    patience: 30_000,
    load: async () => (await import('./size.js')).measure,
  },
};
