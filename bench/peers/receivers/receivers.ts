import type { Receiver } from './receiver.js';
import type { FeedVariant } from './rxQuotes.js';

export type ReceiverName =
  | 'frame-scan'
  | 'mqttjs'
  | 'mqttjs-protobufjs'
  | 'hand-written'
  | 'ngx-mqtt'
  | 'ngx-mqtt-each'
  | 'rx-quotes'
  | 'rx-quotes-scraped'
  | 'rx-quotes-depth-1'
  | 'rx-quotes-no-tap'
  | 'rx-quotes-stale-after'
  | 'rx-quotes-unsliced';

async function rxQuotes(variant?: FeedVariant): Promise<Receiver> {
  return (await import('./rxQuotes.js')).rxQuotes(variant);
}

/** Every receiver by the name that rows have; each is loaded where it runs, and nowhere else. */
export const receivers: Readonly<Record<ReceiverName, () => Promise<Receiver>>> = {
  'frame-scan': async () => (await import('./frameScan.js')).receive,
  mqttjs: async () => (await import('./mqttJs.js')).receive,
  'mqttjs-protobufjs': async () => (await import('./mqttJsProtobufjs.js')).receive,
  'hand-written': async () => (await import('./handWritten.js')).receive,
  'ngx-mqtt': async () => (await import('./ngxMqtt.js')).receiveByWildcard,
  'ngx-mqtt-each': async () => (await import('./ngxMqtt.js')).receiveEach,
  'rx-quotes': () => rxQuotes(),
  'rx-quotes-scraped': () => rxQuotes({ scraped: true }),
  'rx-quotes-depth-1': () => rxQuotes({ depth: 1 }),
  'rx-quotes-no-tap': () => rxQuotes({ frameTap: false }),
  'rx-quotes-stale-after': () => rxQuotes({ staleAfter: 10_000 }),
  'rx-quotes-unsliced': () => rxQuotes({ staleAfter: 10_000, unsliced: true }),
};
