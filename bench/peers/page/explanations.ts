import type { ReceiverName } from '../receivers/receivers.js';
import type { Scenario } from '../scenarios.js';

/** Each receiver in a sentence or two. */
export const receiverTexts: Readonly<Record<ReceiverName, string>> = {
  'frame-scan': 'PUBLISH packets are cut out of the bytes and counted: the least work that JavaScript can do.',
  mqttjs: 'The `message` event of MQTT.js with its defaults. Nothing is decoded.',
  'mqttjs-protobufjs': 'The same, and protobufjs decodes each message to four arrays of ten levels.',
  'hand-written':
    'A Subject of RxJS with protobufjs, a counter of prom-client by symbol, a histogram of decoding, and `groupBy` with `debounceTime` to notice silent symbols.',
  'ngx-mqtt':
    'The shape of ngx-mqtt without Angular and without the package: one Subject, one `observe()` of a wildcard; protobufjs decodes.',
  'ngx-mqtt-each': 'The same with one `observe()` for each symbol: every message is compared with every filter.',
  'rx-quotes':
    '`quoteFeed` with its defaults and the decoder of Settrade, ten levels a side: frame tap, counts, states, learned staleness, delays.',
  'rx-quotes-scraped': 'The same, and the text for Prometheus is made once a second.',
  'rx-quotes-depth-1': 'The same feed with one subscriber of the top of the book.',
  'rx-quotes-no-tap': 'The same feed with `frameTap: false`: MQTT.js reads every message.',
  'rx-quotes-stale-after': 'The same feed with `staleAfter: 10_000` in place of what it learns.',
  'rx-quotes-unsliced':
    'The feed of `rx-quotes-stale-after` with a `maxSlice` and a `maxBatch` that are never reached, so nothing is conflated.',
};

/** A text about the features that are on in the measured feed. */
export const everythingOn =
  'All defaults but the learned staleness are on in the measured feed. One subscriber takes ten levels a side and reads the best bid of each quote. `rx-quotes-scraped` is the row with scrapes.';

/** Each source in a sentence or two. */
export const sourceTexts: Readonly<Record<Scenario['source'], string>> = {
  burst:
    'The source writes 256 KiB at a time as fast as the socket takes them, over wss as one WebSocket message. The receiver is the limit.',
  'tls-record':
    'The same over wss with one message in each WebSocket message and each TLS record. An unknown field fills every message up to 512 bytes, the smallest record of Node; decoders pass over it.',
  paced:
    'The source writes what is due each millisecond. The volume of the best bid is the time of the write, so the age at the subscriber includes all queues on the way.',
  mosquitto:
    'A publisher sends the paced messages to a real Mosquitto, which the receiver subscribes to. Three processes share the cores, and each message is a small write of its own.',
};

/** A scenario as a heading. */
export function scenarioTitle({ source, transport, topics, rate }: Scenario): string {
  const sources: Readonly<Record<Scenario['source'], string>> = {
    burst: 'As fast as it is read',
    'tls-record': 'One message in each TLS record',
    paced: `${(rate ?? 0).toLocaleString('en-US')} messages a second`,
    mosquitto: `${(rate ?? 0).toLocaleString('en-US')} messages a second through Mosquitto`,
  };
  const counted = topics === 1 ? '1 topic' : `${topics.toLocaleString('en-US')} topics`;
  return `${sources[source]}, ${transport === 'tcp' ? 'TCP' : 'wss'}, ${counted}`;
}
