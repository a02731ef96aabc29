// A relay in a process of its own: its options are the argument, as JSON.
import { quoteFeed } from 'rx-quotes';
import { startRelay } from 'rx-quotes/relay';
import { settrade } from 'rx-quotes/settrade';
import { checkConservation } from 'rx-quotes/testing';

const { venue, symbols, broker, rate } = JSON.parse(process.argv[2]);
const feed = quoteFeed({ venue: settrade(venue) });
const relay = startRelay({ feed, symbols, broker, rate });
relay.state$.subscribe(({ status }) => {
  if (status === 'live') process.send({ type: 'live' });
});
process.on('message', () => {
  checkConservation(feed.stats());
  process.send({ type: 'stats', value: { relay: relay.stats() } });
});
process.on('disconnect', () => process.exit());
