import { NEVER, Subject, type Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import {
  conflateBy,
  decode,
  ioScheduler,
  observeOnBounded,
  retryBackoff,
  staleBy,
  tapMetrics,
  type Freshness,
  type MetricsSink,
  type QueueStats,
} from '../../operators/index.js';

interface Frame {
  readonly topic: string;
  readonly payload: Uint8Array;
}
interface Quote {
  readonly symbol: string;
  readonly bid: number;
}
const sink: MetricsSink = { increment: () => undefined, observe: () => undefined };

describe('types of operators', () => {
  it('flow through a pipe without a single annotation', () => {
    const quotes = new Subject<Frame>().pipe(
      retryBackoff({ resetOn: (frame) => frame.topic === 't' }),
      decode((payload, frame): Quote => ({ symbol: frame.topic, bid: payload.length }), {
        onReject: ({ value }) => value.topic,
      }),
      observeOnBounded(ioScheduler, { capacity: 1, key: (quote) => quote.symbol, control: (quote) => quote.bid > 0 }),
      conflateBy((quote) => quote.symbol, NEVER, { onDrop: (quote) => quote.bid }),
      tapMetrics(sink, { name: 'q' }),
    );
    expectTypeOf(quotes).toEqualTypeOf<Observable<Quote>>();
    const checked = quotes.pipe(staleBy((quote) => quote.symbol, { after: (symbol) => symbol.length }));
    expectTypeOf(checked).toEqualTypeOf<Observable<Freshness<Quote, string>>>();
    expectTypeOf(conflateBy<Quote>(() => 1, NEVER).stats()).toEqualTypeOf<QueueStats>();
  });
});
