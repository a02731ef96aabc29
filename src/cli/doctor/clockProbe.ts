import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { catchError, defer, map, Observable, of, timeout } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { caused } from './failureOutcome.js';
import type { Outcome } from './step.js';

/** How far, in ms, a clock may be off before it spoils signatures, as the sign-in names it. */
const SPOILS = 30_000;
/** How far it may be off before times of quotes and of tokens mislead. */
const MISLEADS = 5_000;
/** `Date` is in whole seconds. */
const RESOLUTION = 1_000;
/** How long the answer may take, in ms. */
const PATIENCE = 2_000;

/** Where to ask for the time: an HTTP server of the venue. */
export interface TimeServer {
  /** `http:` or `https:`, with host and port. */
  readonly origin: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string | readonly string[];
}

/** The `Date` header (RFC 9110, 6.6.1) of an answer without credentials, in ms since the Unix epoch. */
function dateOf({ origin, ca }: TimeServer): Observable<number> {
  return new Observable((out) => {
    const request = origin.startsWith('https:')
      ? requestHttps(origin, { method: 'HEAD', agent: false, ...(ca === undefined ? {} : { ca: [ca].flat() }) })
      : requestHttp(origin, { method: 'HEAD', agent: false });
    request.on('error', (error) => {
      out.error(error);
    });
    request.on('response', ({ headers }) => {
      out.next(Date.parse(headers.date ?? ''));
      out.complete();
    });
    request.end();
    return () => request.destroy();
  });
}

function outcomeOf(skew: number, needsSignature: boolean): Outcome {
  const off = Math.round(Math.abs(skew) / 1000);
  const text = `is ${off} s ${skew > 0 ? 'ahead of' : 'behind'} the venue's`;
  const about = "this machine's clock";
  const evidence = { skewMs: Math.round(skew) };
  if (Math.abs(skew) < MISLEADS)
    return { status: 'ok', about, text: "agrees with the venue's to the second", evidence };
  const isFatal = needsSignature && Math.abs(skew) >= SPOILS;
  return {
    status: isFatal ? 'failed' : 'warning',
    about,
    text: `${text}${isFatal ? ', which makes every signature invalid' : ''}`,
    evidence,
    ...caused('RXP_CLOCK'),
  };
}

/** Compares this machine's clock with the venue's, by the `Date` header of an answer to HEAD. */
export function clockProbe(server: TimeServer, needsSignature: boolean, clock: Clock): Observable<Outcome> {
  return defer(() => {
    const begun = clock.monotonic();
    // The venue took its time in the middle of the round trip, and cut it down to a second.
    return dateOf(server).pipe(map((date) => clock.now() - (clock.monotonic() - begun) / 2 - (date + RESOLUTION / 2)));
  }).pipe(
    timeout({ first: PATIENCE, scheduler: clock.timers }),
    map(
      (skew): Outcome =>
        Number.isFinite(skew)
          ? outcomeOf(skew, needsSignature)
          : { status: 'skipped', text: 'the venue does not tell its time' },
    ),
    catchError(() => of<Outcome>({ status: 'skipped', text: 'the venue answers no question for its time' })),
  );
}
