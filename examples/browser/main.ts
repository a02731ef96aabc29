/**
 * Quotes in a browser, against a simulated venue that wants `Authorization` on the upgrade, as real ones do: the page's
 * server relays. Open the address it prints; Enter cuts the link, Ctrl-C ends it.
 *
 * Run it in the project's folder: npm run examples -- browser
 */
import { randomUUID } from 'node:crypto';
import { startSimulatedVenue } from 'rx-quotes/testing';
import { relay } from './relay.js';
import { servePage } from './servePage.js';
import { symbols } from './symbols.js';

const venue = await startSimulatedVenue({ symbols, rate: 12 });

// Replace this with your sign-in: here every user who loads the page is signed in.
const cookie = `session=${randomUUID()}`;

const page = await servePage({
  // Without a certificate, which only the loopback interface may do: https:// and wss:// anywhere else.
  endpoint: () => ({ url: `${page.origin.replace('http', 'ws')}/quotes` }),
  headers: { 'Set-Cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/` },
});
const stopRelaying = relay(page.server, {
  path: '/quotes',
  origin: page.origin,
  isSignedIn: ({ headers }) => headers.cookie === cookie,
  venue: async () => ({
    url: venue.wsUrl,
    options: { headers: { Authorization: `Bearer ${venue.dispatcherToken()}` } },
  }),
});

console.log(`${page.origin} (${page.size.minified} bytes of code, ${page.size.gzipped} gzipped)`);
process.stdin.on('data', () => {
  venue.dropConnections();
});

process.once('SIGINT', () => {
  process.stdin.destroy();
  stopRelaying();
  void Promise.all([page.stop(), venue.stop()]);
});
