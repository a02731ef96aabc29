/**
 * Measures the cost of a message and the part that is delivered, for rx-quotes and its peers, `npm run bench:peers`, and judges
 * the run by the bounds of `peers/bounds.ts`.
 *
 * The source, the broker and each receiver have a process of their own, so that only the receiver is measured. Rounds
 * take turns: the first of every row, then the second of every row. `-- --json` prints one document for programs,
 * `--quick` runs a part of the rows, `--only PATTERN` those whose name matches, `--before COMMIT` runs our rows from
 * that commit's build too, `--write` writes `docs/performance.md` and its plot.
 */
import process from 'node:process';
import { comparePeers } from './peers/comparePeers.js';
import { serveRole } from './peers/serveRole.js';

if (process.send === undefined) {
  await comparePeers(process.argv[1]!, process.argv.slice(2)).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
} else {
  serveRole();
}
