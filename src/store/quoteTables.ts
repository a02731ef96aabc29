import { Observable, type Observer } from 'rxjs';
import type { Screen } from './screen.js';

/** The part of a quote that decides when it is shown. */
export interface Shown {
  readonly symbol: string;
  readonly change: 'image' | 'state';
}

/** How often a hidden page gets a table, in ms: frames stop there, and timers come about once a second. */
const hiddenFor = 1_000;

/**
 * The newest quote of each symbol, as an immutable table.
 *
 * New images are collected until the next frame, or for a second while the page is hidden. A change of state or market comes in the
 * same task, with all images that came before it. When the quotes complete, the last table is empty.
 *
 * @param kept - returns the symbols that stay after the list of symbols has changed; emits nothing for a fixed list
 */
export function quoteTables<Q extends Shown>(
  quotes$: Observable<Q>,
  screen: Screen,
  kept$: Observable<ReadonlySet<string>>,
): Observable<ReadonlyMap<string, Q>> {
  return new Observable((subscriber) => {
    const collector = new Collector(subscriber, screen);
    subscriber.add(() => {
      collector.stop();
    });
    subscriber.add(
      screen.onVisibility(() => {
        collector.rescheduled();
      }),
    );
    subscriber.add(
      quotes$.subscribe({
        next: (quote) => {
          collector.add(quote);
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          collector.stop();
          // A closed feed follows no price: the last ones would look live for ever.
          subscriber.next(new Map());
          subscriber.complete();
        },
      }),
    );
    // After the quotes, so that symbols that were added have their replay.
    subscriber.add(
      kept$.subscribe((kept) => {
        collector.keep(kept);
      }),
    );
  });
}

/** Collects quotes until they are shown. */
class Collector<Q extends Shown> {
  private readonly out: Pick<Observer<ReadonlyMap<string, Q>>, 'next'>;
  private readonly screen: Screen;
  private readonly newest = new Map<string, Q>();
  private hasChanged = false;
  private isUrgent = false;
  private isStopped = false;
  private cancel: (() => void) | undefined;

  constructor(out: Pick<Observer<ReadonlyMap<string, Q>>, 'next'>, screen: Screen) {
    this.out = out;
    this.screen = screen;
  }

  add(quote: Q): void {
    this.newest.set(quote.symbol, quote);
    this.changed(quote.change === 'state');
  }

  keep(kept: ReadonlySet<string>): void {
    for (const symbol of [...this.newest.keys()]) {
      if (kept.has(symbol)) continue;
      this.newest.delete(symbol);
      this.changed(true);
    }
  }

  /** The page was hidden or shown: a frame may never come, or come sooner than the timer. */
  rescheduled(): void {
    if (this.cancel === undefined) return;
    this.cancel();
    this.schedule();
  }

  flush(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.isUrgent = false;
    if (!this.hasChanged || this.isStopped) return;
    this.hasChanged = false;
    this.out.next(new Map(this.newest));
  }

  stop(): void {
    this.isStopped = true;
    this.cancel?.();
  }

  private changed(isUrgent: boolean): void {
    this.hasChanged = true;
    if (isUrgent && !this.isUrgent) {
      this.isUrgent = true;
      // A lost link changes every symbol in one call: a microtask makes one table of them, still in this task.
      queueMicrotask(() => {
        if (this.isUrgent) this.flush();
      });
    }
    if (this.cancel === undefined) this.schedule();
  }

  private schedule(): void {
    const work = (): void => {
      this.flush();
    };
    this.cancel = this.screen.isHidden() ? this.screen.later(work, hiddenFor) : this.screen.frame(work);
  }
}
