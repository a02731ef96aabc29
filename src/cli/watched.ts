import { delay, first, map, type Observable } from 'rxjs';
import type { Clock } from '../model/clock.js';
import type { Book } from '../model/events.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { alwaysOpen, mqttVenue } from '../index.js';
import { decodeBidOfferV3, settrade, type SettradeEvent, settradeTopics } from '../settrade/index.js';
import { startSimulatedVenue } from '../testing/index.js';
import { addressOf } from '../mqtt/transport/endpointUrl.js';
import type { Venue } from '../model/venue.js';
import { endpointFrom, exposure } from './credentials.js';
import { settradeAccount } from './settradeAccount.js';

/** Something to watch. */
export interface Watched {
  readonly venue: Venue<Book> | Venue<SettradeEvent>;
  readonly symbols: readonly string[];
  /** Where it is, for people; holds no secret. */
  readonly url: string;
  /** Said once, before anything is shown. */
  readonly warning?: string;
  /**
   * Subscribed to while the feed runs, does to it what is to be shown, and says what that is. A run that ends by itself
   * before has failed.
   */
  readonly provoke?: (feed: Pick<QuoteFeed, 'state$'>) => Observable<string>;
  readonly stop: () => Promise<void>;
}

/** A simulated market of our own, which cuts the link once, `dropAfter` ms after it was up; `Infinity` for never. */
export async function startDemo(symbols: readonly string[], clock: Clock, dropAfter: number): Promise<Watched> {
  const simulated = await startSimulatedVenue({ symbols, clock });
  return {
    symbols,
    url: simulated.tcpUrl,
    venue: mqttVenue({
      endpoint: simulated.tcpUrl,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      onSubscribe: 'nothing',
      // It stays in its first session.
      calendar: alwaysOpen,
    }),
    ...(dropAfter === Infinity
      ? {}
      : {
          provoke: ({ state$ }: Pick<QuoteFeed, 'state$'>) =>
            state$.pipe(
              first(({ status }) => status === 'live'),
              delay(dropAfter, clock.timers),
              map(() => {
                simulated.dropConnections();
                return 'cut the link';
              }),
            ),
        }),
    stop: () => simulated.stop(),
  };
}

/** A broker that is not Settrade's: its market hours are unknown. Its retain flag says which messages are of unknown age. */
export function atBroker(symbols: readonly string[], url: string, env: NodeJS.ProcessEnv): Watched {
  const endpoint = endpointFrom(url, env);
  const exposed = exposure(endpoint);
  return {
    ...(exposed === undefined ? {} : { warning: exposed }),
    symbols,
    // Path and query may hold a token.
    url: addressOf(url),
    venue: mqttVenue({ endpoint, topics: settradeTopics, decode: decodeBidOfferV3 }),
    stop: () => Promise.resolve(),
  };
}

/** Settrade, or another deployment of it: signed in to, it says itself where its brokers and what its markets are. */
export function atSettrade(symbols: readonly string[], env: NodeJS.ProcessEnv): Watched {
  const account = settradeAccount(env);
  return {
    symbols,
    venue: settrade(account),
    url: account.baseUrl === undefined ? 'settrade' : addressOf(account.baseUrl),
    stop: () => Promise.resolve(),
  };
}
