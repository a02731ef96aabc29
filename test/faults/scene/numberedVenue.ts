import { messageNumber } from '../../../src/testing/index.js';
import type { Venue } from '../../../src/model/venue.js';

/** A quote, as far as a judge of its number cares. */
export interface Numbered {
  readonly symbol: string;
  /** The number that the venue gave it: its place within its topic. */
  readonly number: number;
}

/** A venue of which only the quotes are looked at, each with its number. `onRead` gets each as it is decoded. */
export function numberedVenue(
  venue: Venue<{ readonly symbol: string }>,
  onRead: (quote: Numbered) => void,
): Venue<Numbered> {
  const { endpoints, sessions, onSubscribe, notices } = venue;
  return {
    ...{ endpoints, sessions, onSubscribe },
    ...(notices === undefined ? {} : { notices }),
    marketTopics: () => [],
    topic: (kind, key) => venue.topic(kind, key),
    decoder: (topic) => {
      const inner = venue.decoder(topic);
      if (inner?.kind !== 'quote') return undefined;
      return {
        kind: 'quote',
        delivery: 'image',
        decode: (payload) => {
          const { symbol } = inner.decode(payload, topic);
          const quote = { symbol, number: messageNumber(payload) ?? Number.NaN };
          onRead(quote);
          return quote;
        },
      };
    },
  };
}
