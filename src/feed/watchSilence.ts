import { filter, map, type Observable } from 'rxjs';
import { milliseconds } from '../../operators/internal/argument.js';
import { reportUnhandled } from '../../operators/internal/reportUnhandled.js';
import { staleBy } from '../../operators/staleBy.js';
import type { Clock } from '../clock.js';
import type { Kind } from '../venue.js';
import { defaultSettings, type ResolvedSettings } from './feedConfig.js';

/**
 * Whether silence of a topic is judged: quotes and price infos come as a market goes on. A bar of a day and the status of
 * a market may be silent for hours; whether they are up to date is known from the link alone.
 */
export function judgesSilence(kind: Kind): boolean {
  return kind === 'quote' || kind === 'info';
}

/** Emits a topic when it has been silent for longer than `staleAfter` since it was last seen alive. */
export function watchSilence(
  alive$: Observable<string>,
  config: {
    readonly clock: Clock;
    settings(): ResolvedSettings;
    /** Whose silence it is. */
    subject(topic: string): readonly [symbol: string, kind: Kind];
  },
): Observable<string> {
  const after = (topic: string): number => {
    const { staleAfter } = config.settings();
    if (typeof staleAfter === 'number') return staleAfter;
    try {
      return milliseconds('quoteFeed.staleAfter()', staleAfter(...config.subject(topic)), 1, true);
    } catch (error) {
      // A user's function that fails for one symbol must not end the watch over all.
      reportUnhandled(error);
      return defaultSettings.staleAfter as number;
    }
  };
  return alive$.pipe(
    staleBy((topic) => topic, { after, scheduler: config.clock.background }),
    filter(({ stale }) => stale),
    map(({ key }) => key),
  );
}
