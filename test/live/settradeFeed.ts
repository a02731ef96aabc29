import { from, tap } from 'rxjs';
import { type ConnectionState, type QuoteFeed, quoteFeed } from '../../src/index.js';
import { settrade, type SettradeConfig, type SettradeEvent } from '../../src/settrade/index.js';
import type { SimulatedVenue } from '../../src/testing/index.js';
import { until } from '../contract/openConnection.js';
import { type SkippingClock, skippingClock } from './skippingClock.js';

/** A REST call that was made. */
export interface MadeCall {
  /** The last level of its path. */
  readonly call: 'login' | 'refresh-token' | 'token';
  /** Monotonic, in ms. */
  readonly at: number;
}

/** A whole feed that signs in to a venue over real sockets. */
export interface SettradeFeed {
  readonly feed: QuoteFeed<SettradeEvent>;
  readonly clock: SkippingClock;
  readonly states: ConnectionState[];
  readonly calls: MadeCall[];
  /** The hosts that were connected to, in order. */
  readonly hosts: string[];
  /** Skips every wait before the next attempts until the condition holds. */
  skipUntil(condition: () => boolean, what: string): Promise<void>;
}

/** Makes a feed of `settrade()` at a venue, as its user would but for the address. */
export function settradeFeed(simulated: SimulatedVenue, config: Partial<SettradeConfig> = {}): SettradeFeed {
  const clock = skippingClock();
  const states: ConnectionState[] = [];
  const calls: MadeCall[] = [];
  const hosts: string[] = [];
  const { appId, appSecret, appCode, brokerId, restUrl } = simulated;
  const { endpoints, ...venue } = settrade({
    ...{ appId, appSecret, appCode, brokerId, baseUrl: restUrl, onSubscribe: 'nothing', clock },
    fetch: (url, init) => {
      calls.push({ call: new URL(url).pathname.split('/').at(-1) as MadeCall['call'], at: clock.monotonic() });
      return fetch(url, init);
    },
    ...config,
  });
  const feed = quoteFeed<SettradeEvent>({
    clock,
    staleAfter: Infinity,
    stallThreshold: Infinity,
    venue: {
      ...venue,
      endpoints: (request) =>
        from(endpoints(request)).pipe(
          tap(({ url }) => {
            hosts.push(new URL(url).host);
          }),
        ),
    },
  });
  feed.state$.subscribe((state) => states.push(state));
  let skippedAt = 0;
  const skipWait = (): void => {
    const state = states.at(-1);
    if (states.length === skippedAt) return;
    skippedAt = states.length;
    if (state?.status === 'waiting') clock.skip(state.delay);
    if (state?.status === 'rejected') clock.skip(state.retryAt - clock.now());
  };
  return {
    ...{ feed, clock, states, calls, hosts },
    skipUntil: (condition, what) =>
      until(() => {
        if (condition()) return true;
        skipWait();
        return false;
      }, what),
  };
}
