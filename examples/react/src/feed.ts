import { quoteFeed } from 'rx-quotes';
import { relayVenue } from 'rx-quotes/relay';
import { createQuoteStore, createStateStore } from 'rx-quotes/store';

export const symbols = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

/** The broker that `rx-quotes relay` publishes to. Its address is in the page's address: `?broker=wss://broker.example`. */
const broker = new URLSearchParams(location.search).get('broker') ?? 'ws://127.0.0.1:9001';

// One feed for the whole page. It connects when the first component shows quotes, and disconnects after the last one has left.
const feed = quoteFeed({ venue: relayVenue({ url: broker }) });

export const quotes = createQuoteStore(feed, symbols);
export const connection = createStateStore(feed);
