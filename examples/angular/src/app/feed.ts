import { type Endpoint, type QuoteFeed, quoteFeed, type TopOfBook, type Book } from 'rx-quotes';
import { relayVenue } from 'rx-quotes/relay';

/** Where the broker is: the page's own server knows. It is asked at every attempt, so that an address may change. */
async function readEndpoint(): Promise<Endpoint> {
  const response = await fetch('/feed.json');
  if (!response.ok) throw new Error(`feed.json: HTTP ${response.status}`);
  return response.json();
}

/** The feed of the application. This file, and with it MQTT.js, is a chunk of its own. */
export function createFeed(): QuoteFeed<TopOfBook | Book> {
  return quoteFeed({ venue: relayVenue({ url: () => readEndpoint() }) });
}
