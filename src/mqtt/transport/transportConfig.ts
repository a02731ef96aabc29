import { knownOptions, outOfRange, wholeNumber, wrongType } from '../../../operators/support/argument.js';
import type { Clock } from '../../model/clock.js';
import { topicFault } from '../../model/topicName.js';

/** The options of a transport. */
export interface TransportConfig {
  /** Time and chance, e.g. `systemClock`. */
  readonly clock: Clock;
  /**
   * MQTT keep-alive in seconds, 1 to 65535: a dead link is found within 1.5 times this.
   * @defaultValue 6
   */
  readonly keepAlive?: number;
  /**
   * Whether messages are cut out of the byte stream before MQTT.js, which takes a fraction of the processor time. With
   * `false` MQTT.js reads them, within the same limits. In browsers MQTT.js always reads all packets.
   * @defaultValue true
   */
  readonly frameTap?: boolean;
  /**
   * The largest payload, in bytes. Only the first `maxPayload` + 1 bytes of a longer payload are kept, so that it is
   * recognized as too long without being held in memory. Without the frame tap up to 65,538 bytes more are kept. A feed that makes the transport
   * passes its own `maxPayload`.
   * @defaultValue 262144
   */
  readonly maxPayload?: number;
  /**
   * The last will: a message that the broker publishes, with the retain flag, when a connection ends without DISCONNECT.
   * @defaultValue none
   */
  readonly will?: { readonly topic: string; readonly payload: Uint8Array };
}

/** A transport's config with its defaults. */
export type CheckedTransportConfig = Required<Omit<TransportConfig, 'will'>> & Pick<TransportConfig, 'will'>;

/** A last will. */
export type Will = NonNullable<TransportConfig['will']>;

/** Largest payload in bytes: 256 KiB, about 700 times a quote of ten levels. */
const DEFAULT_MAX_PAYLOAD = 262_144;

/** Keep-alive in seconds: a dead link is found within nine seconds. */
export const DEFAULT_KEEP_ALIVE = 6;

function checkWill({ topic, payload }: { readonly [name in keyof Will]?: unknown }): void {
  if (typeof topic !== 'string') throw wrongType('transport.will.topic', topic, 'pass a topic');
  const fault = topicFault(topic);
  if (fault !== undefined) throw outOfRange('transport.will.topic', topic, `pass a topic: this one ${fault}`);
  // A length of two bytes (OASIS MQTT 3.1.1, 3.1.3.3).
  if (!(payload instanceof Uint8Array) || payload.length > 0xffff)
    throw wrongType('transport.will.payload', payload, 'pass a Uint8Array of at most 65535 bytes');
}

/** Checks a configuration and fills in its defaults; throws `RXQ_ARGUMENT`. */
export function checkTransportConfig(config: TransportConfig): CheckedTransportConfig {
  knownOptions('transport', config, ['clock', 'keepAlive', 'frameTap', 'maxPayload', 'will']);
  const { clock, keepAlive = DEFAULT_KEEP_ALIVE, frameTap = true, maxPayload = DEFAULT_MAX_PAYLOAD, will } = config;
  wholeNumber('transport.keepAlive', keepAlive, 1);
  // Two bytes of the CONNECT packet (OASIS MQTT 3.1.1, 3.1.2.10).
  if (keepAlive > 0xffff) throw outOfRange('transport.keepAlive', keepAlive, 'pass seconds, at most 65535');
  wholeNumber('transport.maxPayload', maxPayload, 1);
  if (typeof frameTap !== 'boolean') throw wrongType('transport.frameTap', frameTap, 'pass true or false');
  if (will !== undefined) checkWill(will);
  return { clock, keepAlive, frameTap, maxPayload, ...(will === undefined ? {} : { will }) };
}
