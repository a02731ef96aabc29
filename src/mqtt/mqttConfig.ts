import { isObservable } from 'rxjs';
import {
  knownOptions,
  milliseconds,
  oneOf,
  optionalFunction,
  wholeNumber,
  wrongType,
} from '../../operators/support/argument.js';
import type { Clock } from '../model/clock.js';
import type { Endpoint } from '../model/transport.js';
import type { EndpointProvider, VenueNotices } from '../model/venue.js';
import type { MqttConfig } from './mqttTypes.js';
import { checkFilters } from './subscriptions/wantedTopics.js';
import { parseEndpoint } from './transport/endpointUrl.js';

const OWNER = 'fromMqtt';

/** The names of all options. It is a record, so that the compiler finds a missing name. */
const OPTIONS: Readonly<Record<keyof MqttConfig, true>> = {
  endpoint: true,
  topics: true,
  conflate: true,
  route: true,
  onSubscribe: true,
  notices: true,
  transport: true,
  clock: true,
  maxPayload: true,
  stallThreshold: true,
};

/**
 * Turns an endpoint of any form into a function that is called at every attempt. A string or an object is checked at
 * once.
 */
export function endpointProvider(endpoint: string | Endpoint | EndpointProvider): EndpointProvider {
  if (typeof endpoint === 'function') return endpoint;
  const fixed = typeof endpoint === 'string' ? { url: endpoint } : endpoint;
  parseEndpoint(fixed);
  return () => [fixed];
}

function isNotices(notices: { readonly [name in keyof VenueNotices]?: unknown } | null): boolean {
  const { topics, decode } = notices ?? {};
  return Array.isArray(topics) && typeof decode === 'function';
}

/**
 * Checks the config of `fromMqtt`.
 *
 * @returns where to connect
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 */
export function checkMqttConfig<R>(config: MqttConfig<R>): EndpointProvider {
  knownOptions(OWNER, config, Object.keys(OPTIONS));
  const { topics, onSubscribe, clock, maxPayload, stallThreshold, notices } = config;
  for (const name of ['conflate', 'route', 'transport'] as const) optionalFunction(`${OWNER}.${name}`, config[name]);
  if (!Array.isArray(topics) && !isObservable(topics)) {
    throw wrongType(`${OWNER}.topics`, topics, 'pass a list of topic filters, or an Observable of lists');
  }
  if (onSubscribe !== undefined && typeof onSubscribe !== 'function') {
    oneOf(`${OWNER}.onSubscribe`, onSubscribe, ['snapshot', 'retained', 'nothing', 'unknown']);
  }
  if (notices !== undefined && !isNotices(notices)) {
    throw wrongType(`${OWNER}.notices`, notices, 'pass { topics: a list, decode: a function }, or leave it out');
  }
  checkFilters(`${OWNER}.notices.topics[]`, notices?.topics ?? []);
  if (clock !== undefined && typeof (clock as Partial<Clock> | null)?.monotonic !== 'function') {
    throw wrongType(`${OWNER}.clock`, clock, 'pass a Clock, e.g. virtualClock(testScheduler), or leave it out');
  }
  if (maxPayload !== undefined) wholeNumber(`${OWNER}.maxPayload`, maxPayload, 1);
  if (stallThreshold !== undefined) milliseconds(`${OWNER}.stallThreshold`, stallThreshold, 1, true);
  return endpointProvider(config.endpoint);
}
