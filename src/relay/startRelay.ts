import { defaultTransport } from '#transport';
import { checkRelayConfig } from './relayConfig.js';
import type { Relay, RelayConfig } from './relayTypes.js';
import { RunningRelay } from './runningRelay.js';

/**
 * Publishes the quotes of a feed, with their trust, to a broker of yours, where any number of readers subscribe to them
 * (docs/relay.md).
 *
 * @example
 * ```ts
 * const relay = startRelay({ feed, symbols: ['AOT', 'PTT'], broker: 'mqtt://127.0.0.1' });
 * relay.state$.subscribe({ error: log });
 * ```
 *
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT` when an option is unknown or out of range
 * @since 0.1.0
 */
export function startRelay<E extends { readonly symbol: string }>(config: RelayConfig<E>): Relay {
  const checked = checkRelayConfig(config);
  const relay = new RunningRelay(checked, (will) => defaultTransport({ clock: checked.clock, will }));
  relay.start();
  return {
    state$: relay.state$,
    stats: () => relay.stats(),
    close: () => relay.close(),
    [Symbol.asyncDispose]: () => relay.close(),
  };
}
