import { delay, first, map, NEVER, type Observable } from 'rxjs';
import type { Clock } from '../clock.js';
import type { Book } from '../events.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import { mqttVenue } from '../index.js';
import { decodeBidOfferV3, settradeTopics } from '../settrade/index.js';
import { startReplayBroker } from '../testing/index.js';
import type { Venue } from '../venue.js';
import type { Options } from './options.js';
import { payloadsByTopic, readRecording } from './recording.js';

/** Something to watch. */
export interface Watched {
  readonly venue: Venue<Book>;
  readonly symbols: readonly string[];
  readonly url: string;
  /** Subscribed to while the feed runs, does to it what is to be shown, and says what that is. */
  readonly provoke: (feed: QuoteFeed<Book>) => Observable<string>;
  readonly stop: () => Promise<void>;
}

/** A broker of our own that plays a recording, and cuts the link once, `dropAfter` ms after it was up. */
export async function startDemo(options: Options, clock: Clock, dropAfter: number): Promise<Watched> {
  const recording = readRecording(options.payloads);
  const symbols = options.symbols ?? [...recording.keys()];
  const broker = await startReplayBroker({ payloads: payloadsByTopic(recording, symbols), clock });
  return {
    symbols,
    url: broker.url,
    venue: mqttVenue({
      endpoint: broker.url,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      subscribeImage: 'none',
      // A recording has no hours.
      calendar: { at: () => ({ market: 'open' }) },
    }),
    provoke: ({ state$ }) =>
      state$.pipe(
        first(({ status }) => status === 'live'),
        delay(dropAfter, clock.timers),
        map(() => {
          broker.dropConnections();
          return 'cut the link';
        }),
      ),
    stop: () => broker.stop(),
  };
}

/** Watched on another broker when no symbols are named: those of the repository's recording. */
const usualSymbols = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

/** A broker somewhere else: nothing is known of its hours, nor how old a topic's first image is. */
export function atBroker(url: string, { symbols = usualSymbols }: Options, env: NodeJS.ProcessEnv): Watched {
  const { MQTT_USERNAME: username, MQTT_PASSWORD: password } = env;
  const credentials = {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  };
  return {
    symbols,
    url,
    venue: mqttVenue({ endpoint: { url, ...credentials }, topics: settradeTopics, decode: decodeBidOfferV3 }),
    provoke: () => NEVER,
    stop: () => Promise.resolve(),
  };
}
