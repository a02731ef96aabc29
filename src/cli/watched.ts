import { delay, filter, take } from 'rxjs';
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
  /** Does to the feed, once it runs, what is to be shown; `say` gets it in words. */
  provoke(feed: QuoteFeed<Book>, say: (text: string) => void): void;
  stop(): Promise<void>;
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
    provoke: (feed, say) => {
      const isLive$ = feed.state$.pipe(filter(({ status }) => status === 'live'), take(1));
      isLive$.pipe(delay(dropAfter, clock.timers)).subscribe(() => {
        say('cutting the link');
        broker.dropConnections();
      });
    },
    stop: () => broker.stop(),
  };
}

/** Watched on another broker when no symbols are named: those of the repository's recording. */
const usualSymbols = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

/** A broker somewhere else: nothing is known of its hours, nor how old a topic's first image is. */
export function atBroker(url: string, { symbols = usualSymbols }: Options, env: NodeJS.ProcessEnv): Watched {
  const { MQTT_USERNAME: username, MQTT_PASSWORD: password } = env;
  const credentials = { ...(username === undefined ? {} : { username }), ...(password === undefined ? {} : { password }) };
  return {
    symbols,
    url,
    venue: mqttVenue({ endpoint: { url, ...credentials }, topics: settradeTopics, decode: decodeBidOfferV3 }),
    provoke: () => undefined,
    stop: () => Promise.resolve(),
  };
}
