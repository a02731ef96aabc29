/**
 * Shows which functions of a receiver take the processor time of a row: `npm run bench profile 'burst tcp 500 rx-quotes$'`.
 *
 * The argument is a regular expression; the first row of `npm run bench:peers` whose name it matches runs once, with the
 * source in a process of its own and the receiver in this one. Sampling costs time too: take the parts, not the rates.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeCertificates } from '../test/support/certificates.js';
import { receivers } from './peers/receivers/receivers.js';
import { chosenRows } from './peers/rows.js';
import { withSource } from './peers/runRound.js';
import { serveRole } from './peers/serveRole.js';
import { stopWorkersAtExit } from './peers/worker.js';
import { startProfile } from './profile/profiler.js';

/** Spans in ms. */
const [warmUp, window] = [2_000, 4_000];
/** Functions that are shown. */
const most = 10;

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function profile(pattern: string): Promise<void> {
  const row = chosenRows({ quick: false, before: false, only: new RegExp(pattern) }).rows.find(
    ({ scenario }) => scenario.source !== 'mosquitto',
  );
  if (row === undefined) throw new RangeError(`no row with a source of its own matches "${pattern}"`);
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-profile-'));
  stopWorkersAtExit(() => rmSync(directory, { recursive: true, force: true }));
  const around = {
    ...{ program: process.argv[1]!, certificates: makeCertificates(directory) },
    ...{ mosquitto: undefined, build: resolve('.'), buildBefore: '' },
  };
  let delivered = 0;
  const functions = await withSource(row, around, async (target) => {
    const receive = await receivers[row.receiver]();
    await receive(target, () => (delivered += 1));
    await sleep(warmUp);
    const stop = await startProfile();
    await sleep(window);
    return stop();
  });
  if (delivered === 0) throw new Error(`nothing was delivered to ${row.name}`);
  print(row.name);
  for (const { where, part } of functions.slice(0, most)) print(`${(100 * part).toFixed(1).padStart(5)} %  ${where}`);
  process.exit(0);
}

if (process.send === undefined) {
  await profile(process.argv[2] ?? '').catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
} else serveRole();
