/*
 * 10,000 values over 10,000 keys that stay fresh, through `staleBy` and through what one writes with RxJS alone. Compare
 * the rows of one run; rates of two runs, or of two machines, say nothing. Run by hand:
 *
 *   npm run bench staleBy
 */
import { bench, boxplot, run, summary } from 'mitata';
import {
  Subject,
  debounceTime,
  groupBy,
  map,
  mergeMap,
  startWith,
  switchMap,
  timer,
  type OperatorFunction,
} from 'rxjs';
import { staleBy } from '../operators/index.js';

const after = 60_000;
const symbols: readonly string[] = Array.from({ length: 10_000 }, (_, i) => `SYMBOL${String(i)}`);
const own = new Map(symbols.map((symbol, i) => [symbol, after + i]));

const contenders: readonly (readonly [string, OperatorFunction<string, unknown>])[] = [
  ['no operator', map((symbol) => symbol)],
  ['staleBy', staleBy((symbol) => symbol, { after })],
  ['staleBy, few spans by key', staleBy((symbol) => symbol, { after: (symbol) => after + symbol.length })],
  ['staleBy, a span for each key', staleBy((symbol) => symbol, { after: (symbol) => own.get(symbol) ?? after })],
  [
    'groupBy, debounceTime',
    (source) =>
      source.pipe(
        groupBy((symbol) => symbol),
        mergeMap((group) => group.pipe(debounceTime(after))),
      ),
  ],
  [
    'groupBy, switchMap, timer',
    (source) =>
      source.pipe(
        groupBy((symbol) => symbol),
        mergeMap((group) =>
          group.pipe(
            switchMap((value) =>
              timer(after).pipe(
                map(() => value),
                startWith(value),
              ),
            ),
          ),
        ),
      ),
  ],
];

boxplot(() => {
  summary(() => {
    for (const [name, operator] of contenders) {
      bench(name, function* () {
        const source = new Subject<string>();
        const subscription = source.pipe(operator).subscribe();
        yield () => {
          for (const symbol of symbols) source.next(symbol);
        };
        subscription.unsubscribe();
      });
    }
  });
});

await run();
