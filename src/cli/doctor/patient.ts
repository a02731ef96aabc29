import type { Clock } from '../../model/clock.js';
import type { Endpoint } from '../../model/transport.js';
import type { Venue } from '../../model/venue.js';
import { addressOf } from '../../mqtt/transport/endpointUrl.js';
import type { DoctorCommand } from '../options/doctor.js';
import { openPlace } from '../place/openPlace.js';
import { settradeAccount } from '../place/settradeAccount.js';
import { EndpointSource } from './endpointSource.js';
import type { Probe } from './examine.js';
import { brokerProbes, type ProbesConfig, settradeProbes } from './probes.js';
import { inWordsOfSettrade, SettradeDoor } from './settradeDoor.js';
import type { StepResult } from './step.js';

/** A place that can be examined. */
export interface Patient {
  /** The address to show; holds no secret. */
  readonly target: string;
  readonly venue: Venue<{ readonly symbol: string }>;
  readonly source: EndpointSource;
  /** Whether the place is in this process, so that no live feed can be hurt. */
  readonly isDemo: boolean;
  readonly probes: (config: ProbesConfig) => readonly Probe[];
  /** A result in the words of the options that name the place. */
  readonly inItsWords: (result: StepResult) => StepResult;
  /** The credentials that no output may hold. */
  readonly secrets: () => readonly Endpoint[];
  readonly stop: () => Promise<void>;
}

async function openBroker({ place, symbols }: DoctorCommand, env: NodeJS.ProcessEnv, clock: Clock): Promise<Patient> {
  const { venue, url, stop } = await openPlace(place, symbols, env, clock);
  const source = new EndpointSource(venue.endpoints, clock);
  await source.ask().forEach(() => undefined);
  const { endpoint } = source;
  if (endpoint === undefined) throw new Error('a broker that is named by its URL has an endpoint');
  return {
    target: url,
    venue,
    source,
    isDemo: place.kind === 'demo',
    probes: (config) => brokerProbes(config, endpoint),
    inItsWords: (result) => result,
    // The user name may be an ordinary word, and no output of the doctor's has it.
    secrets: () => [{ ...endpoint, username: '' }],
    stop,
  };
}

function openSettrade(env: NodeJS.ProcessEnv, clock: Clock): Patient {
  const account = settradeAccount(env);
  const door = new SettradeDoor(account, clock);
  const { venue, source, rest } = door;
  return {
    target: account.baseUrl === undefined ? 'settrade' : addressOf(account.baseUrl),
    venue,
    source,
    isDemo: false,
    probes: (config) => settradeProbes(config, door),
    inItsWords: inWordsOfSettrade,
    secrets: () => [
      { url: rest.endpoint.url, password: account.appSecret },
      ...(source.endpoint === undefined ? [] : [source.endpoint]),
    ],
    stop: () => Promise.resolve(),
  };
}

/**
 * Makes what is examined, with the credentials from the environment. Nothing connects yet.
 *
 * @throws TypeError or RangeError naming the option or variable, its value unless it may be secret, and the remedy
 */
export function openPatient(command: DoctorCommand, env: NodeJS.ProcessEnv, clock: Clock): Promise<Patient> {
  return command.place.kind === 'settrade'
    ? Promise.resolve(openSettrade(env, clock))
    : openBroker(command, env, clock);
}
