import { delay, first, map, type Observable } from 'rxjs';
import type { Clock } from '../model/clock.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { type OpenPlace, openPlace } from './place/openPlace.js';

/** A place to watch, with its symbols. */
export interface Watched extends OpenPlace {
  readonly symbols: readonly string[];
  /**
   * Subscribed to while the feed runs. It causes the failure that the demo shows, and emits a text about it. A run that
   * ends by itself before that has failed.
   */
  readonly provoke?: (feed: Pick<QuoteFeed, 'state$'>) => Observable<string>;
}

/**
 * A simulated market in this process. It cuts the link once, `dropAfter` ms after the link was up; `Infinity` for
 * never.
 */
export async function startDemo(symbols: readonly string[], clock: Clock, dropAfter: number): Promise<Watched> {
  const place = await openPlace({ kind: 'demo' }, symbols, {}, clock);
  if (dropAfter === Infinity) return { ...place, symbols };
  return {
    ...place,
    symbols,
    provoke: ({ state$ }) =>
      state$.pipe(
        first(({ status }) => status === 'live'),
        delay(dropAfter, clock.timers),
        map(() => {
          place.cutLink?.();
          return 'cut the link';
        }),
      ),
  };
}

/** Warns of a venue that may cut a live feed when a second program signs in. */
export function sessionWarning(sessions: OpenPlace['venue']['sessions']): readonly string[] {
  if (sessions === 'many') return [];
  const rule = sessions === 'one' ? 'allows one session' : 'may allow one session only';
  return [
    `Settrade ${rule} for an account: a live feed with the same account may be cut while this one runs; rx-quotes status looks at a running feed without a session of its own`,
  ];
}
