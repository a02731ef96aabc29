import { lastValueFrom, toArray } from 'rxjs';
import { EndpointSource } from '../../src/cli/doctor/endpointSource.js';
import { examine } from '../../src/cli/doctor/examine.js';
import { brokerProbes } from '../../src/cli/doctor/probes.js';
import type { StepName, StepResult } from '../../src/cli/doctor/step.js';
import { Visit } from '../../src/cli/doctor/visit.js';
import { type Endpoint, jsonQuote, mqttVenue, type Venue } from '../../src/index.js';
import type { Clock } from '../../src/model/clock.js';
import { systemClock } from '../../src/model/systemClock.js';

/** The options of an examination. */
export interface ExamOptions {
  readonly symbols?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly clock?: Clock;
  /** How long first messages are waited for, in ms. */
  readonly patience?: number;
  /** Why it may not connect; left out, it may. */
  readonly held?: string;
  /** The venue's properties that differ from those of a broker with JSON quotes on `px/{symbol}/book`. */
  readonly venue?: Partial<Venue<{ readonly symbol: string }>>;
}

/** Examines a broker with JSON quotes on `px/{symbol}/book`, with the steps and the feed of the command. */
export async function exam(endpoint: Endpoint, options: ExamOptions = {}): Promise<readonly StepResult[]> {
  const { symbols = ['AOT'], env = {}, patience = 300, held, clock = systemClock } = options;
  const json = mqttVenue({ endpoint, topics: 'px/{symbol}/book', decode: jsonQuote({ bid: 'b', ask: 'a' }) });
  const venue = { ...(json as Venue<{ readonly symbol: string }>), ...options.venue };
  const source = new EndpointSource(venue.endpoints, clock);
  await source.ask().forEach(() => undefined);
  const visit = new Visit({ venue, symbols, source, clock });
  const config = { venue, visit, source, symbols, clock, env, patience, ...(held === undefined ? {} : { held }) };
  try {
    return await lastValueFrom(examine(brokerProbes(config, endpoint), clock).pipe(toArray()), { defaultValue: [] });
  } finally {
    await visit.close();
  }
}

/** The results of one step. */
export function ofStep(results: readonly StepResult[], step: StepName): readonly StepResult[] {
  return results.filter((one) => one.step === step);
}
