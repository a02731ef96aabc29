import { concatMap, delay, map, NEVER, of, type Subscription } from 'rxjs';
import type { JsonQuote } from '../../../../src/index.js';
import { concatMapBounded, QueueStats } from '../../../../operators/index.js';
import { startQuoteBroker } from '../quoteBroker.js';
import type { RealRow } from '../realRow.js';

/** Longer than the five minutes for which drops and throws count. */
const fiveMinutes = 330_000;

const block = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

/** Faults of the code behind the feed. */
export const consumerRows: readonly RealRow[] = [
  {
    code: 'RXP_CONSUMER_BACKLOG',
    settle: 500,
    within: 40_000,
    clears: 100_000,
    fix: 0,
    far: () => startQuoteBroker({ every: 50 }),
    near: (subject) => {
      const feed = subject.open();
      const quotes$ = feed.quotes(['AOT', 'PTT']);
      let work = quotes$.pipe(feed.measureLatency('store')).subscribe();
      subject.onFault(() => {
        work.unsubscribe();
        work = quotes$
          .pipe(
            concatMap((quote) => of(quote).pipe(delay(200))),
            feed.measureLatency('store'),
          )
          .subscribe();
      });
      subject.onCure(() => {
        work.unsubscribe();
        const stats = new QueueStats();
        feed.watch('store', stats);
        work = quotes$
          .pipe(
            concatMapBounded((quote) => of(quote).pipe(delay(200)), {
              capacity: 2,
              key: ({ symbol }) => symbol,
              stats,
            }),
            feed.measureLatency('store'),
          )
          .subscribe();
      });
    },
  },
  {
    code: 'RXP_QUEUE_DROPS',
    settle: 500,
    within: 15_000,
    clears: fiveMinutes,
    fix: 0,
    far: () => startQuoteBroker(),
    near: (subject) => {
      const feed = subject.open();
      const quotes$ = feed.quotes(['AOT', 'PTT']);
      const stats = new QueueStats();
      feed.watch('store', stats);
      let work = quotes$.subscribe();
      subject.onFault(() => {
        work.unsubscribe();
        work = quotes$.pipe(concatMapBounded(() => NEVER, { capacity: 2, stats })).subscribe();
      });
      subject.onCure(() => {
        work.unsubscribe();
        work = quotes$
          .pipe(concatMapBounded(() => of(1).pipe(delay(400)), { capacity: 2, key: ({ symbol }) => symbol, stats }))
          .subscribe();
      });
    },
  },
  {
    code: 'RXP_CONSUMER_ENDED',
    // A subscription that ends sooner is meant to.
    settle: 12_000,
    within: 10_000,
    clears: 10_000,
    fix: 2,
    far: () => startQuoteBroker(),
    near: (subject) => {
      const feed = subject.open();
      let throws = false;
      const checked = (quote: JsonQuote): JsonQuote => {
        if (throws) throw new RangeError('no such price');
        return quote;
      };
      const subscribe = (): Subscription =>
        feed
          .quotes(['AOT'], { name: 'desk' })
          .pipe(map(checked))
          .subscribe({ error: () => undefined });
      subscribe();
      subject.onFault(() => {
        throws = true;
      });
      subject.onCure(() => {
        throws = false;
        subscribe();
      });
    },
  },
  {
    code: 'RXP_CALLBACK_THROWS',
    // Without the answer of the calendar the market is unknown.
    implied: ['RXP_NO_MARKET'],
    settle: 500,
    within: 20_000,
    clears: fiveMinutes,
    fix: 0,
    far: () => startQuoteBroker(),
    near: (subject) => {
      let throws = false;
      const feed = subject.open(
        {},
        {
          calendar: {
            at: (time) => {
              if (throws) throw new RangeError('no hours for this day');
              return { market: 'open', until: time + 1_000 };
            },
          },
        },
      );
      feed.quotes(['AOT']).subscribe();
      subject.onFault(() => {
        throws = true;
      });
      subject.onCure(() => {
        throws = false;
      });
    },
  },
  {
    code: 'RXP_TOPICS_EVICTED',
    within: 15_000,
    clears: 15_000,
    fix: 0,
    far: () => startQuoteBroker({ symbols: Array.from({ length: 20 }, (_, index) => `S${String(index)}`), every: 500 }),
    near: (subject) => {
      const feed = subject.open(subject.isFaulty ? { capacity: 12 } : {});
      feed.quotes().subscribe();
      subject.onCure(() => {
        feed.tune({ capacity: 4_096 });
      });
    },
  },
  {
    code: 'RXP_STALLED',
    // Each symbol is suspect until its next image, and of few measured lags this one is the longest in a hundred.
    implied: ['RXP_SYMBOLS_SUSPECT', 'RXP_BUSY_THREAD'],
    settle: 5_000,
    within: 15_000,
    clears: fiveMinutes,
    fix: 1,
    far: () => startQuoteBroker({ every: 100 }),
    near: (subject) => {
      subject.open().quotes(['AOT', 'PTT']).subscribe();
      subject.onFault(() => {
        block(3_000);
      });
    },
  },
];
