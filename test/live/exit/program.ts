import process from 'node:process';
import { filter, firstValueFrom, NEVER } from 'rxjs';
import { type Endpoint, quoteFeed } from '../../../src/index.js';
import { textVenue } from '../../support/textVenue.js';

/** A program's use of a feed; no scene calls `process.exit`. */
export interface Scene {
  /** Where to connect; left out, no endpoint ever comes. */
  readonly endpoint?: Endpoint;
  /** The state to wait for: a status, with its step if it has one; left out, nobody subscribes. */
  readonly state?: string;
  /** How it ends its use of the feed. */
  readonly end: 'close' | 'unsubscribe' | 'forget';
}

const { endpoint, state, end } = JSON.parse(process.argv[2]!) as Scene;
const feed = quoteFeed({
  venue: textVenue({ endpoint: () => (endpoint === undefined ? NEVER : [endpoint]) }),
  linger: 300,
  stallThreshold: Infinity,
});
if (state !== undefined) {
  const reading = feed.quotes(['AOT']).subscribe();
  const there$ = feed.state$.pipe(
    filter((now) => (now.status === 'connecting' ? `connecting ${now.step}` : now.status) === state),
  );
  await firstValueFrom(there$);
  if (end === 'unsubscribe') reading.unsubscribe();
}
if (end === 'close') await feed.close();
process.stdout.write('done');
