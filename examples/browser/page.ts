/** The page: quotes of some symbols in a table, in which a price that can't be trusted is seen to be dead. */
import { animationFrames, fromEvent, interval, merge } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { alwaysOpen, type Endpoint, type FeedUpdate, mqttVenue, quoteFeed } from 'rx-quotes';
import { conflateBy } from 'rx-quotes/operators';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { quoteTable } from './quoteTable.js';
import { symbols } from './symbols.js';
import { connectionText, gapText } from './words.js';

function element<T extends Element>(selector: string, type: new () => T): T {
  const found = document.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${selector}`);
}

const connection = element('#connection', HTMLElement);
const gap = element('#gap', HTMLElement);
const table = quoteTable(element('tbody', HTMLElement), element('#row', HTMLTemplateElement), symbols);

async function readEndpoint(response: Response): Promise<Endpoint> {
  if (!response.ok) throw new Error(`no endpoint: HTTP ${response.status}`);
  const endpoint: Endpoint = await response.json();
  return endpoint;
}

const feed = quoteFeed({
  venue: mqttVenue({
    // Asked at every attempt, so that whatever the page's server says lately is what is connected to.
    endpoint: () => fromFetch('endpoint.json', { selector: readEndpoint }),
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    // Known of this venue: a topic's first message is news, and its market never shuts.
    onSubscribe: 'nothing',
    calendar: alwaysOpen,
  }),
});

feed.state$.subscribe((state) => {
  connection.textContent = connectionText(state);
  connection.dataset['status'] = state.status;
});

/** The place of an update on the screen: a symbol's update replaces the one before, a gap the gap before. */
const placeOf = (update: FeedUpdate): string => (update.kind === 'gap' ? 'gap' : update.symbol);

// The screen is painted so many times a second and no more: of all that came since, the newest of each place is shown.
// A hidden page is not painted at all, and still no more than that waits.
feed
  .updates(symbols)
  .pipe(conflateBy(placeOf, animationFrames(), { capacity: symbols.length + 1 }))
  .subscribe((update) => {
    if (update.kind === 'gap') gap.textContent = gapText(update);
    else table.show(update);
  });

merge(interval(250), fromEvent(document, 'visibilitychange')).subscribe(() => {
  table.showAges();
});
