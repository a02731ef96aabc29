import { NEVER, Subject, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import {
  asyncIterableFrom,
  type BoundedAsyncIterator,
  bufferBounded,
  concatMapBounded,
  conflateBy,
  decode,
  ioScheduler,
  latestBy,
  observeOnBounded,
  retryBackoff,
  staleBy,
  tapMetrics,
  type Freshness,
  type MetricsSink,
  QueueStats,
  type QueueSnapshot,
} from '../../operators/index.js';

interface Frame {
  readonly topic: string;
  readonly payload: Uint8Array;
}
interface Quote {
  readonly symbol: string;
  readonly bid: number;
}
const sink: MetricsSink = {
  counter: () => ({ add: () => undefined }),
  histogram: () => ({ observe: () => undefined }),
};

describe('types of operators', () => {
  it('flow through a pipe without an annotation', () => {
    const quotes = new Subject<Frame>().pipe(
      retryBackoff({ resetOn: (frame) => frame.topic === 't' }),
      decode((payload, frame): Quote => ({ symbol: frame.topic, bid: payload.length }), {
        onReject: ({ value }) => value.topic,
      }),
      observeOnBounded(ioScheduler, { capacity: 1, key: (quote) => quote.symbol, control: (quote) => quote.bid > 0 }),
      conflateBy((quote) => quote.symbol, NEVER, { onDrop: (quote) => quote.bid }),
      tapMetrics(sink, { name: 'q', since: (quote) => quote.bid, scheduler: ioScheduler }),
    );
    expectTypeOf(quotes).toEqualTypeOf<Observable<Quote>>();
    const checked = quotes.pipe(staleBy((quote) => quote.symbol, { after: (symbol) => symbol.length }));
    expectTypeOf(checked).toEqualTypeOf<Observable<Freshness<Quote, string>>>();
    const stored = quotes.pipe(
      concatMapBounded((quote, index) => Promise.resolve([quote.bid, index] as const), {
        capacity: 0,
        onDrop: (quote, reason) => quote.symbol + reason,
      }),
    );
    expectTypeOf(stored).toEqualTypeOf<Observable<readonly [number, number]>>();
    const polled = quotes.pipe(bufferBounded(NEVER, { capacity: 1, key: (quote) => quote.symbol }));
    expectTypeOf(polled).toEqualTypeOf<Observable<Quote[]>>();
    const table = quotes.pipe(latestBy((quote) => quote.symbol, { notifier: NEVER }));
    expectTypeOf(table).toEqualTypeOf<Observable<ReadonlyMap<string, Quote>>>();
    const pulled = asyncIterableFrom(quotes, { capacity: 1, onDrop: (quote) => quote.bid });
    expectTypeOf(pulled[Symbol.asyncIterator]()).toEqualTypeOf<BoundedAsyncIterator<Quote>>();
    const stats = new QueueStats();
    expectTypeOf(stats.snapshot()).toEqualTypeOf<QueueSnapshot>();
    expectTypeOf(quotes.pipe(conflateBy((quote) => quote.symbol, NEVER, { stats }))).toEqualTypeOf<Observable<Quote>>();
  });
});
