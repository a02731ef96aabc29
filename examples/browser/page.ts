/** The page: quotes of some symbols in a table, which marks prices that can't be trusted. */
import { animationFrames, fromEvent, interval, merge } from 'rxjs';
import { fromFetch } from 'rxjs/fetch';
import { alwaysOpen, type Endpoint, type FeedUpdate, mqttVenue, quoteFeed } from 'rx-quotes';
import { conflateBy } from 'rx-quotes/operators';
import { decodeBidOfferV3, settradeTopics } from 'rx-quotes/settrade';
import { describe } from 'rx-quotes/store';
import { quoteTable } from './quoteTable.js';
import { symbols } from './symbols.js';
import { gapText } from './words.js';

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
    // Called at every attempt, so that each connection uses the latest endpoint from the page's server.
    endpoint: () => fromFetch('endpoint.json', { selector: readEndpoint }),
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    // At this venue a topic's first message is new, and the market never closes.
    onSubscribe: 'nothing',
    calendar: alwaysOpen,
  }),
});

feed.state$.subscribe((state) => {
  connection.textContent = describe(state);
  connection.dataset['status'] = state.status;
});

/** The place of an update on the screen: a symbol's update replaces its previous one, a gap the previous gap. */
const placeOf = (update: FeedUpdate): string => (update.kind === 'gap' ? 'gap' : update.symbol);

// The screen is painted once a frame, with the newest update of each place. A hidden page is not painted, and the
// number of waiting updates stays bounded.
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
