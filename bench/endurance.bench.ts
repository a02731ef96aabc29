/**
 * Loads that a link must survive, with measurements: `npm run endurance`. `--quick` runs at a smaller scale, `--json`
 * prints one line for programs, `--only links` runs one of them. Exits with 1 when a bound does not hold.
 */
import { parseArgs } from 'node:util';
import type { Bound } from './endurance/bound.js';
import { links, serveLinks } from './endurance/links.js';
import { pings, servePings } from './endurance/pings.js';
import { reconnects } from './endurance/reconnects.js';
import { slowConsumer } from './endurance/slowConsumer.js';
import { serveVenue } from './soak/venueProcess.js';

const runs: Readonly<Record<string, (quick: boolean) => Promise<readonly Bound[]>>> = {
  links: (quick) => links(quick ? 50 : 200, quick ? 1 : 3),
  reconnects: (quick) => reconnects(quick ? 4_000 : 10_000),
  slowConsumer: (quick) => slowConsumer(quick ? 8 : 60),
  pings: (quick) => pings(quick ? 2 : 10),
};

async function endure(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string' },
    },
  });
  const { quick, json, only } = values;
  if (only !== undefined && !(only in runs)) {
    throw new RangeError(`--only is "${only}": pass one of ${Object.keys(runs).join(', ')}`);
  }
  const bounds: Bound[] = [];
  for (const [name, run] of Object.entries(runs)) {
    if (only !== undefined && only !== name) continue;
    const found = await run(quick);
    bounds.push(...found);
    if (json) continue;
    for (const { name: bound, found: what, holds } of found) {
      process.stdout.write(`${holds ? 'ok    ' : 'FAILED'} ${bound.padEnd(32)} ${what}\n`);
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ bounds })}\n`);
  process.exitCode = bounds.every(({ holds }) => holds) ? 0 : 1;
}

if (process.argv.includes('--serve-links')) await serveLinks();
else if (process.argv.includes('--serve-pings')) await servePings();
else if (process.send !== undefined) await serveVenue(800);
else await endure();
