import { alwaysOpen, type JsonQuote, jsonQuote, mqttVenue, quoteFeed, type Tagged } from 'rx-quotes';
import { createQuoteStore, createStateStore } from 'rx-quotes/store';

export const symbols = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

/** A quote as this feed emits it. */
export type ShownQuote = Tagged<JsonQuote>;

/** The address of the broker is in the page's address: `?broker=wss://broker.example`. */
const broker = new URLSearchParams(location.search).get('broker') ?? 'ws://127.0.0.1:9001';

// One feed for the whole page. It connects when the first component shows quotes, and disconnects after the last one has left.
const feed = quoteFeed({
  venue: mqttVenue({
    endpoint: broker,
    topics: 'quotes/{symbol}',
    decode: jsonQuote({ bid: 'bid', ask: 'ask' }),
    calendar: alwaysOpen,
  }),
});

export const quotes = createQuoteStore(feed, symbols);
export const connection = createStateStore(feed);
