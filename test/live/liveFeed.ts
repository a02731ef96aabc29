import type { ConnectionState } from '../../src/index.js';
import { type QuoteFeed, quoteFeed } from '../../src/index.js';
import type { EndpointRequest, EndpointProvider } from '../../src/model/venue.js';
import { until } from '../contract/openConnection.js';
import { type TextEvent, textVenue } from '../support/textVenue.js';
import { type SkippingClock, skippingClock } from './skippingClock.js';

/** A whole feed over real sockets, with the states of its connection. */
export interface LiveFeed {
  readonly feed: QuoteFeed<TextEvent>;
  readonly clock: SkippingClock;
  readonly states: ConnectionState[];
  /** The requests to the endpoint provider. */
  readonly requests: EndpointRequest[];
  /** Skips every wait before the next attempts until the condition holds. */
  skipUntil(condition: () => boolean, what: string): Promise<void>;
}

/** Makes a feed of the text venue with the default transport. */
export function liveFeed(endpoints: EndpointProvider): LiveFeed {
  const clock = skippingClock();
  const requests: EndpointRequest[] = [];
  const states: ConnectionState[] = [];
  const venue = textVenue({
    endpoint: (request) => {
      requests.push(request);
      return endpoints(request);
    },
  });
  // A clock that skips waits looks like a thread that was blocked.
  const feed = quoteFeed({ venue, clock, staleAfter: Infinity, stallThreshold: Infinity });
  feed.state$.subscribe((state) => {
    states.push(state);
  });
  let skippedAt = 0;
  const skipWait = (): void => {
    const state = states.at(-1);
    if (states.length === skippedAt) return;
    skippedAt = states.length;
    if (state?.status === 'waiting') clock.skip(state.delay);
    if (state?.status === 'rejected') clock.skip(state.retryAt - clock.now());
  };
  return {
    feed,
    clock,
    states,
    requests,
    skipUntil: (condition, what) =>
      until(() => {
        if (condition()) return true;
        skipWait();
        return false;
      }, what),
  };
}
