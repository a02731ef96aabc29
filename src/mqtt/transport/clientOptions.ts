import mqtt, { type IClientOptions } from 'mqtt';
import type { Clock } from '../../model/clock.js';
import type { Endpoint } from '../../model/transport.js';
import { keepAliveTimer, type Pulse } from './keepAliveTimer.js';

/** Takes what nobody needs to know. */
export const ignore = (): void => {
  // Errors that come after the end say nothing new, and without a listener would be thrown.
};

/**
 * Options that leave MQTT.js the protocol and take everything else from it: it never reconnects, never subscribes by
 * itself, and draws its keep-alive, its chance and its words from us.
 *
 * @param keepalive - in seconds
 */
export function clientOptions(
  { username, password, clientId }: Endpoint,
  clock: Clock,
  keepalive: number,
  pulse: Pulse,
): IClientOptions {
  const digit = (): string => Math.floor(clock.random() * 36).toString(36);
  return {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    // 23 bytes of digits and letters: what every broker has to take (MQTT-3.1.3-5).
    clientId: clientId ?? `rxq${Array.from({ length: 20 }, digit).join('')}`,
    keepalive,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: 0,
    resubscribe: false,
    // The caller has a deadline of his own; this is the longest that setTimeout can wait.
    connectTimeout: 2 ** 31 - 1,
    timerVariant: keepAliveTimer(clock, pulse),
    // The default one draws its first id with Math.random.
    messageIdProvider: new mqtt.UniqueMessageIdProvider(),
    // The default one prints whole packets, passwords included, when DEBUG is set.
    log: ignore,
  };
}
