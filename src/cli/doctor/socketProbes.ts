import { lookup } from 'node:dns';
import { connect, isIP } from 'node:net';
import { catchError, map, Observable, of, timeout } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { classifyFailure } from '../../mqtt/transport/classifyFailure.js';
import type { Target } from '../../mqtt/transport/endpointUrl.js';
import { failureOutcome } from './failureOutcome.js';
import type { Outcome } from './step.js';

/** The most ms that a host may take to resolve, to connect, or to answer. */
const STEP_TIMEOUT = 5_000;

/** Gives a step an end, and turns an error of it into the outcome that the feed's own error would have. */
export function endedIn(clock: Clock, target: Target, ms: number = STEP_TIMEOUT) {
  return (source: Observable<Outcome>): Observable<Outcome> =>
    source.pipe(
      timeout({
        first: ms,
        scheduler: clock.timers,
        with: () => {
          throw Object.assign(new Error(`no answer within ${ms / 1000} s`), { code: 'ETIMEDOUT' });
        },
      }),
      catchError((error: unknown) =>
        of(failureOutcome(classifyFailure(error, target, 'socket', false, clock.now()), target.address)),
      ),
    );
}

function addressesOf(host: string): Observable<readonly string[]> {
  return new Observable((out) => {
    lookup(host, { all: true }, (error, addresses) => {
      if (error !== null) out.error(error);
      else {
        out.next(addresses.map(({ address }) => address));
        out.complete();
      }
    });
  });
}

/** Resolves the host's name as a socket of this process would. */
export function dnsProbe(target: Target, clock: Clock): Observable<Outcome> {
  const { host } = target;
  if (isIP(host) !== 0) return of({ status: 'ok', about: host, text: 'is an address, which needs no DNS' });
  return addressesOf(host).pipe(
    map(
      (addresses): Outcome => ({
        status: 'ok',
        about: host,
        text: `is ${addresses.slice(0, 3).join(', ')}${addresses.length > 3 ? ` and ${addresses.length - 3} more` : ''}`,
        evidence: { addresses: addresses.join(' ') },
      }),
    ),
    endedIn(clock, target),
  );
}

/** Opens a TCP connection, sends nothing, and closes it. */
export function tcpProbe(target: Target, clock: Clock): Observable<Outcome> {
  const { host, port, address } = target;
  return new Observable<Outcome>((out) => {
    const socket = connect({ host, port });
    socket.on('error', (error) => {
      out.error(error);
    });
    socket.once('connect', () => {
      const { remoteAddress = '', localAddress = '' } = socket;
      out.next({ status: 'ok', about: address, text: 'takes connections', evidence: { remoteAddress, localAddress } });
      out.complete();
    });
    return () => socket.destroy();
  }).pipe(endedIn(clock, target));
}
