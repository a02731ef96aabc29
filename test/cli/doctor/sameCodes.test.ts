import { type Observable, throwError } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { stageProbe } from '../../../src/cli/doctor/connectionProbes.js';
import { EndpointSource } from '../../../src/cli/doctor/endpointSource.js';
import type { Outcome } from '../../../src/cli/doctor/step.js';
import { Visit } from '../../../src/cli/doctor/visit.js';
import { ConnectionFailure, jsonQuote, mqttVenue } from '../../../src/index.js';
import { causes } from '../../../src/playbook/registry.js';
import { virtualClock } from '../../../src/testing/index.js';

type Subcause = NonNullable<ConnectionFailure['subcause']>;

/** The subcauses of a failed connection, by the codes of the playbook. */
const subcauses = causes
  .filter(({ chapter, detect }) => chapter === 'connection' && detect !== undefined)
  .filter(({ code }) => !['RXP_NOT_CONNECTED', 'RXP_UNRESPONSIVE'].includes(code))
  .map(({ code }) => code.slice('RXP_'.length).toLowerCase().replaceAll('_', '-') as Subcause);

/** The outcome of CONNACK and the codes that the playbook finds in the feed, with a connection that fails at once. */
function examined(failure: ConnectionFailure): {
  readonly outcome: Outcome | undefined;
  readonly found: readonly string[];
  readonly attempts: number;
} {
  const scheduler = new TestScheduler(() => undefined);
  const clock = virtualClock(scheduler);
  const venue = mqttVenue({
    endpoint: 'mqtt://broker.example',
    topics: 'px/{symbol}',
    decode: jsonQuote({ bid: 'b', ask: 'a' }),
  });
  const source = new EndpointSource(venue.endpoints, clock);
  let attempts = 0;
  const transport = (): Observable<never> => {
    attempts += 1;
    return throwError(() => failure);
  };
  const visit = new Visit({ venue, symbols: ['AOT'], source, clock, transport });
  let outcome: Outcome | undefined;
  scheduler.run(() => {
    stageProbe(visit, source, 'subscribing', 'accepts the client').subscribe((one) => {
      outcome = one;
    });
  });
  return { outcome, found: visit.atFailure.map(({ code }) => code), attempts };
}

describe('a failed connection has the same code by the doctor and by the findings of its feed', () => {
  it('for every exact cause', () => {
    expect(subcauses.length).toBeGreaterThan(20);
    for (const subcause of subcauses) {
      const { outcome, found } = examined(new ConnectionFailure('network', 'broken', { subcause }));
      expect([subcause, found]).toEqual([subcause, [outcome?.code]]);
      expect(outcome?.code).toBe(`RXP_${subcause.toUpperCase().replaceAll('-', '_')}`);
    }
  });

  it('where nothing tells more than the kind', () => {
    const { outcome, found } = examined(new ConnectionFailure('tls', 'broken'));
    expect([outcome?.code, ...found]).toEqual(['RXP_NOT_CONNECTED', 'RXP_NOT_CONNECTED']);
  });

  it('after one attempt, which is not repeated', () => {
    expect(examined(new ConnectionFailure('network', 'broken', { subcause: 'refused' })).attempts).toBe(1);
  });
});
