/**
 * Quotes in a browser, from a simulated venue that needs `Authorization` on the upgrade, like a real one. The page's
 * server has a proxy. Open the printed address; Enter cuts the link, Ctrl-C ends the program.
 *
 * Run it in the project's folder: npm run examples -- browser
 */
import { randomUUID } from 'node:crypto';
import { startSimulatedVenue } from 'rx-quotes/testing';
import { proxy } from './proxy.js';
import { servePage } from './servePage.js';
import { symbols } from './symbols.js';

const venue = await startSimulatedVenue({ symbols, rate: 12 });

// Replace this with your sign-in: here every user who loads the page is signed in.
const cookie = `session=${randomUUID()}`;

const page = await servePage({
  // Only the loopback interface may work without a certificate; use https:// and wss:// elsewhere.
  endpoint: () => ({ url: `${page.origin.replace('http', 'ws')}/quotes` }),
  headers: { 'Set-Cookie': `${cookie}; HttpOnly; SameSite=Strict; Path=/` },
});
const stopProxy = proxy(page.server, {
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
  stopProxy();
  void Promise.all([page.stop(), venue.stop()]);
});
