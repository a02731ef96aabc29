import { catchError, concat, from, map, mergeMap, type Observable, of, timeout } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { addressOf } from '../../mqtt/transport/endpointUrl.js';
import type { EndpointSource } from './endpointSource.js';
import { caused, failureOutcome } from './failureOutcome.js';
import type { Outcome } from './step.js';
import type { Stage, Visit } from './visit.js';

/** How long the answer to a ping may take, in ms. */
const PONG_TIMEOUT = 5_000;

type AnyVisit = Visit<{ readonly symbol: string }>;

function addressAt(source: EndpointSource): string {
  return source.endpoint === undefined ? 'the broker' : addressOf(source.endpoint.url);
}

/** Waits until the connection has come to a stage, and says so with `text`; a failure before it is the outcome. */
export function stageProbe(visit: AnyVisit, source: EndpointSource, stage: Stage, text: string): Observable<Outcome> {
  return visit.reached(stage).pipe(
    map(({ failure }): Outcome => {
      const about = addressAt(source);
      return failure === undefined ? { status: 'ok', about, text } : failureOutcome(failure, about);
    }),
  );
}

/** Measures the time between a ping and its answer. */
export function pingProbe(visit: AnyVisit, source: EndpointSource, clock: Clock): Observable<Outcome> {
  return concat(visit.ping(), of<Outcome>({ status: 'ok', about: addressAt(source), text: 'answers a ping' })).pipe(
    timeout({ first: PONG_TIMEOUT, scheduler: clock.timers }),
    catchError(() => {
      const code = 'RXP_NO_PONG';
      return of<Outcome>({
        status: 'failed',
        about: addressAt(source),
        text: `has not answered a ping within ${PONG_TIMEOUT / 1000} s`,
        ...caused(code, 'check the network between here and the broker'),
      });
    }),
  );
}

/** The answer of the broker for each symbol's topic, once all are there. */
export function subscribeProbe(
  visit: AnyVisit,
  source: EndpointSource,
  topics: ReadonlyMap<string, string>,
): Observable<Outcome> {
  return visit.reached('live').pipe(
    mergeMap(({ failure }): Observable<Outcome> => {
      if (failure !== undefined) return of(failureOutcome(failure, addressAt(source)));
      return from([...topics].map(([symbol, topic]) => grantOf(visit, symbol, topic)));
    }),
  );
}

function grantOf(visit: AnyVisit, symbol: string, topic: string): Outcome {
  const { status, code } = visit.subscription(topic) ?? {};
  if (status === 'refused') return refusal(visit, symbol, topic);
  return {
    status: 'ok',
    about: symbol,
    text: 'granted',
    evidence: { topic, ...(code === undefined ? {} : { code }) },
  };
}

/** The outcome for a topic that the broker refuses, by SUBACK or by a notice. */
export function refusal(visit: AnyVisit, symbol: string, topic: string): Outcome {
  const { code, message } = visit.subscription(topic) ?? {};
  const why = message === undefined || message === '' ? '' : `: ${message}`;
  return {
    status: 'failed',
    about: symbol,
    text: `refused by the broker${why}`,
    evidence: { topic, ...(code === undefined ? {} : { code }) },
    ...caused('RXP_TOPICS_REFUSED', 'check the spelling of the symbol, and that the account may read it'),
  };
}
