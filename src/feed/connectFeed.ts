import { isWildcard } from '../model/topicFilter.js';
import { fromMqtt } from '../mqtt/fromMqtt.js';
import type { MqttConnection } from '../mqtt/mqttTypes.js';
import type { Clock } from '../model/clock.js';
import type { Transport } from '../model/transport.js';
import type { Venue } from '../model/venue.js';
import type { ResolvedSettings } from './feedConfig.js';
import type { Receiver, Route } from './receiver.js';
import type { TopicRefCount } from './topics/topicRefCount.js';

/** The parts that the connection of a feed works with. */
export interface ConnectFeedConfig<E extends { readonly symbol: string }> {
  readonly venue: Venue<E>;
  readonly clock: Clock;
  readonly transport: Transport | undefined;
  readonly maxPayload: number;
  readonly settings: Readonly<ResolvedSettings>;
  readonly wanted: TopicRefCount;
  readonly receiver: Receiver<E>;
}

/** The connection of a feed to the venue's endpoints, for the topics that have subscribers. */
export function connectFeed<E extends { readonly symbol: string }>(
  config: ConnectFeedConfig<E>,
): MqttConnection<Route<E>> {
  const { venue, clock, transport, maxPayload, settings, wanted, receiver } = config;
  return fromMqtt<Route<E>>({
    endpoint: venue.endpoints,
    topics: wanted.topics$,
    route: (name) => receiver.route(name),
    // Only images are conflated. Two bars can't be distinguished before they are decoded, and a market's status is
    // never conflated.
    conflate: (_, topic) => topic !== 'unreadable' && topic.decoder.delivery === 'image',
    onSubscribe: (name) =>
      isWildcard(name) || venue.decoder(name)?.delivery === 'image' ? venue.onSubscribe : 'nothing',
    ...(venue.notices === undefined ? {} : { notices: venue.notices }),
    ...(transport === undefined ? {} : { transport }),
    clock,
    maxPayload,
    get stallThreshold() {
      return settings.stallThreshold;
    },
  });
}
