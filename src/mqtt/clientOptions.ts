import mqtt, { type IClientOptions } from 'mqtt';
import type { SchedulerLike, Subscription } from 'rxjs';
import type { Clock } from '../clock.js';
import type { Endpoint } from '../transport.js';

/** Takes what nobody needs to know. */
export const ignore = (): void => {
  // Errors that come after the end say nothing new, and without a listener would be thrown.
};

/** MQTT.js's keep-alive timer, an interval, on a scheduler. */
function timerOn(scheduler: SchedulerLike): NonNullable<Exclude<IClientOptions['timerVariant'], string>> {
  const running = new Map<number, Subscription>();
  let last = 0;
  return {
    set: (work, ms = 0) => {
      const beat = work as () => void;
      last += 1;
      running.set(
        last,
        scheduler.schedule(function () {
          beat();
          this.schedule(undefined, ms);
        }, ms),
      );
      return last;
    },
    clear: (id) => {
      running.get(id)?.unsubscribe();
      running.delete(id);
    },
  };
}

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
    timerVariant: timerOn(clock.timers),
    // The default one draws its first id with Math.random.
    messageIdProvider: new mqtt.UniqueMessageIdProvider(),
    // The default one prints whole packets, passwords included, when DEBUG is set.
    log: ignore,
  };
}
