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

/** A feed to watch, with its surroundings. */
export interface Watched {
  readonly venue: Venue<Book> | Venue<SettradeEvent>;
  readonly symbols: readonly string[];
  /** The address to show; holds no secret. */
  readonly url: string;
  /** A warning to print once, before the first update. */
  readonly warning?: string;
  /**
   * Subscribed to while the feed runs. It causes the failure that the demo shows, and emits a text about it. A run that
   * ends by itself before that has failed.
   */
  readonly provoke?: (feed: Pick<QuoteFeed, 'state$'>) => Observable<string>;
  readonly stop: () => Promise<void>;
}

/**
 * A simulated market in this process. It cuts the link once, `dropAfter` ms after the link was up; `Infinity` for
 * never.
 */
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
      // The simulated market stays in its first session, which is open.
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

/** A broker other than Settrade's. Its market hours are unknown, and its retain flag marks messages of unknown age. */
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

/**
 * Settrade, or another deployment of it. After the sign-in it gives the addresses of its brokers and the state of its
 * markets.
 */
export function atSettrade(symbols: readonly string[], env: NodeJS.ProcessEnv): Watched {
  const account = settradeAccount(env);
  return {
    symbols,
    venue: settrade(account),
    url: account.baseUrl === undefined ? 'settrade' : addressOf(account.baseUrl),
    stop: () => Promise.resolve(),
  };
}
