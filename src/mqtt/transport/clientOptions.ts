import mqtt, { type IClientOptions } from 'mqtt';
import type { Clock } from '../../model/clock.js';
import type { Endpoint } from '../../model/transport.js';
import { keepAliveTimer, type Pulse } from './keepAliveTimer.js';
import type { Will } from './transportConfig.js';

/** A listener that does nothing. Node throws an error event that has no listener, also one after the end. */
export const ignore = (): void => undefined;

/**
 * Options with which MQTT.js only speaks the protocol: it never reconnects or subscribes by itself, and its keep-alive
 * timer, random numbers and log are ours.
 *
 * @param keepalive - in seconds
 */
export function clientOptions(
  { username, password, clientId }: Endpoint,
  clock: Clock,
  keepalive: number,
  pulse: Pulse,
  will?: Will,
): IClientOptions {
  const digit = (): string => Math.floor(clock.random() * 36).toString(36);
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // Every broker must accept 23 bytes of digits and letters (MQTT-3.1.3-5).
    clientId: clientId ?? `rxq${Array.from({ length: 20 }, digit).join('')}`,
    keepalive,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    // The caller has a deadline of its own; this is the longest span that setTimeout takes.
    connectTimeout: 2 ** 31 - 1,
    timerVariant: keepAliveTimer(clock, pulse),
    // The default provider draws its first id with Math.random.
    messageIdProvider: new mqtt.UniqueMessageIdProvider(),
    // MQTT.js writes the bytes of a will as they are; its types ask for a Buffer, which browsers don't have.
    ...(will === undefined ? {} : { will: { ...will, payload: will.payload as Buffer, qos: 0, retain: true } }),
    // The default log prints whole packets, passwords included, when DEBUG is set.
    log: ignore,
  };
}
