/*
 * Operators with a queue beside what RxJS has for the same, which has no bound: 10,000 values in each turn. Compare the
 * rows of one group and run; rates of two runs, or of two machines, say nothing. Run by hand:
 *
 *   npm run bench rxjsTwins
 */
import { bench, group, run, summary } from 'mitata';
import { EMPTY, Subject, buffer, concatMap, exhaustMap, observeOn, sample, type Observable } from 'rxjs';
import {
  asyncIterableFrom,
  bufferBounded,
  concatMapBounded,
  conflateBy,
  ioScheduler,
  observeOnBounded,
} from '../operators/index.js';

interface Quote {
  readonly symbol: string;
}
const count = 10_000;
const capacity = count;
const quotes: readonly Quote[] = Array.from({ length: count }, (_, i) => ({ symbol: `SYMBOL${String(i % 1000)}` }));
const symbolOf = ({ symbol }: Quote): string => symbol;

/** A turn: all quotes into the source, then the step that makes room. */
function turn(name: string, wire: (source: Subject<Quote>) => () => unknown): void {
  bench(name, function* () {
    const source = new Subject<Quote>();
    const release = wire(source);
    yield () => {
      for (const quote of quotes) source.next(quote);
      return release();
    };
    source.complete();
  });
}

/** Work with one piece for each turn: values that come meanwhile wait, or are skipped. */
function busy(operate: (work: () => Observable<never>) => (source: Observable<Quote>) => Observable<unknown>) {
  return (source: Subject<Quote>): (() => void) => {
    let gate = new Subject<never>();
    let begun = 0;
    const work = (): Observable<never> => {
      begun += 1;
      return begun === 1 ? gate : EMPTY;
    };
    source.pipe(operate(work)).subscribe();
    return () => {
      const ended = gate;
      begun = 0;
      gate = new Subject();
      ended.complete();
    };
  };
}

/** Emitted by a notifier once a turn. */
function notified(operate: (turns$: Observable<void>) => (source: Observable<Quote>) => Observable<unknown>) {
  return (source: Subject<Quote>): (() => void) => {
    const turns$ = new Subject<void>();
    source.pipe(operate(turns$)).subscribe();
    return () => {
      turns$.next();
    };
  };
}

const inline = (operate: (source: Observable<Quote>) => Observable<unknown>) => (source: Subject<Quote>) => {
  operate(source).subscribe();
  return (): undefined => undefined;
};

/** Delivered by tasks, which a turn waits for. */
function scheduled(operate: (source: Observable<Quote>) => Observable<unknown>) {
  return (source: Subject<Quote>): (() => Promise<void>) => {
    source.pipe(operate).subscribe();
    return () => new Promise((resolve) => ioScheduler.schedule(() => resolve()));
  };
}

/** A loop over an iterable, which ends with the last value of the turn. */
function pulled(iterable: (source: Observable<Quote>) => AsyncIterable<Quote>) {
  return (source: Subject<Quote>): (() => Promise<void>) => {
    const iterator = iterable(source)[Symbol.asyncIterator]();
    let first = iterator.next();
    return async () => {
      await first;
      for (let taken = 1; taken < count; taken += 1) await iterator.next();
      first = iterator.next();
    };
  };
}

/** The usual solution by hand: an array without a bound. */
async function* unbounded(source: Observable<Quote>): AsyncGenerator<Quote> {
  const waiting: Quote[] = [];
  let wake = (): void => undefined;
  source.subscribe((quote) => {
    waiting.push(quote);
    wake();
  });
  for (;;) {
    for (const quote of waiting.splice(0)) yield quote;
    await new Promise<void>((resolve) => (wake = resolve));
  }
}

group('work that takes no time', () => {
  summary(() => {
    turn('concatMap', inline(concatMap(() => EMPTY)));
    turn('concatMapBounded', inline(concatMapBounded(() => EMPTY, { capacity })));
  });
});
group('work that takes a turn: the rest is passed over', () => {
  summary(() => {
    turn(
      'exhaustMap',
      busy((work) => exhaustMap(() => work())),
    );
    turn(
      'concatMapBounded, capacity 0',
      busy((work) => concatMapBounded(work, { capacity: 0 })),
    );
  });
});
group('work that takes a turn: the rest waits', () => {
  summary(() => {
    turn(
      'concatMapBounded, room for all',
      busy((work) => concatMapBounded(work, { capacity })),
    );
    turn(
      'concatMapBounded, room for 1000',
      busy((work) => concatMapBounded(work, { capacity: 1000 })),
    );
    turn(
      'concatMapBounded, 1000 keys',
      busy((work) => concatMapBounded(work, { capacity, key: symbolOf })),
    );
  });
});
group('polled once a turn', () => {
  summary(() => {
    turn('buffer', notified(buffer));
    turn(
      'bufferBounded, room for all',
      notified((turns$) => bufferBounded(turns$, { capacity })),
    );
    turn(
      'bufferBounded, 1000 keys',
      notified((turns$) => bufferBounded(turns$, { capacity, key: symbolOf })),
    );
  });
});
group('sampled once a turn', () => {
  summary(() => {
    turn('sample', notified(sample));
    turn(
      'conflateBy, one key',
      notified((turns$) => conflateBy(() => 1, turns$)),
    );
    turn(
      'conflateBy, 1000 keys',
      notified((turns$) => conflateBy(symbolOf, turns$)),
    );
  });
});
group('delivered in tasks of the event loop', () => {
  summary(() => {
    turn('observeOn', scheduled(observeOn(ioScheduler)));
    turn('observeOnBounded', scheduled(observeOnBounded(ioScheduler, { capacity })));
  });
});
group('pulled by a loop', () => {
  summary(() => {
    turn('an array and a generator', pulled(unbounded));
    turn(
      'asyncIterableFrom',
      pulled((source) => asyncIterableFrom(source, { capacity })),
    );
  });
});

await run();
