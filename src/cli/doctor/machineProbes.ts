import { defer, interval, map, type Observable, of, take, timer, toArray } from 'rxjs';
import { defaultSettings } from '../../feed/feedConfig.js';
import type { Clock } from '../../model/clock.js';
import type { Venue } from '../../model/venue.js';
import { caused } from './failureOutcome.js';
import type { Outcome } from './step.js';
import type { Visit } from './visit.js';

/** The timer of the step, in ms, and how often it fires. */
const TICK = 20;
const TICKS = 10;
/** A feed counts images as missed where a timer is later than this, in ms. */
const LATE = defaultSettings.stallThreshold;

/** Measures how late a timer of this process fires: other programs may take the processor. */
export function eventLoopProbe(clock: Clock): Observable<Outcome> {
  return defer(() => {
    let due = clock.monotonic();
    return interval(TICK, clock.timers).pipe(
      take(TICKS),
      map(() => {
        const now = clock.monotonic();
        const late = Math.max(0, now - due - TICK);
        due = now;
        return late;
      }),
      toArray(),
      map((lateness): Outcome => {
        const max = Math.round(Math.max(...lateness) * 10) / 10;
        const text = `a timer was at most ${max} ms late in ${(TICK * TICKS) / 1000} s`;
        const evidence = { maxLatenessMs: max, ticks: lateness.length };
        return max <= LATE
          ? { status: 'ok', text, evidence }
          : {
              status: 'warning',
              text: `${text}, so that a feed counts quotes as missed`,
              evidence,
              ...caused('RXP_BUSY_THREAD', 'look with top for what takes the processor of this machine'),
            };
      }),
    );
  });
}

/**
 * How often a message is decoded to measure how fast that is. The fastest round counts, since the first ones are slow. All
 * take a few ms: a longer block of the thread would make the feed doubt its quotes.
 */
const DECODES = 200;
const ROUNDS = 5;
/** The share of a core that decoding may take; handing messages out takes as much again, and the program more. */
const MOST = 0.1;

const rounded = (figure: number): string => Math.round(figure).toLocaleString('en-US');

/**
 * Compares the rate of messages with how many of them this machine can decode.
 *
 * @param counted - how long messages are counted at least, in ms
 */
export function roomProbe(
  visit: Visit<{ readonly symbol: string }>,
  venue: Pick<Venue<{ readonly symbol: string }>, 'decoder'>,
  clock: Clock,
  counted: number,
): Observable<Outcome> {
  return defer(() => {
    const since = visit.liveAt ?? clock.monotonic();
    return timer(Math.max(0, counted - (clock.monotonic() - since)), clock.timers).pipe(
      map((): Outcome => {
        const rate = (visit.wantedMessages * 1000) / Math.max(1, clock.monotonic() - since);
        const decodes = visit.sample === undefined ? undefined : decodesPerSecond(visit.sample, venue, clock);
        const text = `${Math.round(rate * 10) / 10} messages a second`;
        if (decodes === undefined) return { status: 'ok', text, evidence: { rate } };
        const evidence = { rate, decodesPerSecond: Math.round(decodes) };
        const both = `${text}, and this machine can decode ${rounded(decodes)} a second`;
        return rate <= decodes * MOST
          ? { status: 'ok', text: both, evidence }
          : {
              status: 'warning',
              text: `${both}: decoding alone takes ${rounded((rate / decodes) * 100)} % of a core`,
              evidence,
              ...caused(
                'RXP_CPU_RATE',
                'make the decoder faster, e.g. by rx-quotes generate, or subscribe to fewer symbols',
              ),
            };
      }),
    );
  });
}

/** `undefined` for a message that can't be read, or where the clock is too coarse to tell. */
function decodesPerSecond(
  { topic, payload }: { readonly topic: string; readonly payload: Uint8Array },
  venue: Pick<Venue<{ readonly symbol: string }>, 'decoder'>,
  clock: Pick<Clock, 'monotonic'>,
): number | undefined {
  const decoder = venue.decoder(topic);
  if (decoder === undefined) return undefined;
  try {
    let fastest = Infinity;
    for (let round = 0; round < ROUNDS; round += 1) {
      const begun = clock.monotonic();
      for (let count = 0; count < DECODES; count += 1) decoder.decode(payload, topic);
      fastest = Math.min(fastest, clock.monotonic() - begun);
    }
    return fastest > 0 ? (DECODES * 1000) / fastest : undefined;
  } catch {
    return undefined;
  }
}

/** An outcome at once. */
export function at(outcome: () => Outcome): Observable<Outcome> {
  return defer(() => of(outcome()));
}
