import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { makeCertificates } from '../../test/support/certificates.js';
import { buildBefore, commitOf } from './buildBefore.js';
import { type Figures, resultOf } from './figures.js';
import { mosquittoVersion, startMosquitto } from './mosquitto.js';
import { type PeersOptions, peersOptions } from './peersOptions.js';
import { performancePage } from './page/performancePage.js';
import { performancePlot } from './page/performancePlot.js';
import type { Report } from './page/report.js';
import { type Row, rowsOf } from './rows.js';
import { runRound, type Surroundings } from './runRound.js';
import { textTable } from './page/textTable.js';
import { stopWorkers } from './worker.js';

/** Spans in ms. */
const fullRun = { rounds: 3, warmUp: 800, window: 1_500 };
const quickRun = { rounds: 2, warmUp: 500, window: 700 };

const progress = (line: string): void => void process.stderr.write(`${line}\n`);

function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string };
  return version;
}

/** The commit that is checked out, marked as dirty where files differ from it. */
function presentCommit(): string {
  const args = ['describe', '--always', '--dirty', '--abbrev=7', '--exclude=*'];
  return execFileSync('git', args, { encoding: 'utf8' }).trim();
}

/** Every round of every row, the rounds of different rows by turns. */
async function runRows(
  rows: readonly Row[],
  rounds: number,
  around: Surroundings,
): Promise<ReadonlyMap<Row, Figures[]>> {
  const found = new Map(rows.map((row): [Row, Figures[]] => [row, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [row, figures] of found) {
      const one = await runRound(row, around);
      figures.push(one);
      const [delivered, cpu] = [Math.round(one.delivered).toLocaleString('en-US'), one.cpu.toFixed(2)];
      progress(`round ${String(round)} of ${String(rounds)}: ${row.name}: ${delivered}/s delivered, ${cpu} µs each`);
    }
  }
  return found;
}

async function compare(program: string, options: PeersOptions, directory: string): Promise<Report> {
  const { quick, before, only } = options;
  const [load] = loadavg() as [number];
  const commit = presentCommit();
  const brokerVersion = mosquittoVersion();
  const chosen = rowsOf({ quick, before: before !== undefined, ...(only === undefined ? {} : { only }) });
  const runs = ({ scenario }: Row): boolean => brokerVersion !== undefined || scenario.source !== 'mosquitto';
  const rows = chosen.filter(runs);
  const skipped = chosen.filter((row) => !runs(row));
  for (const { name } of skipped) progress(`skipped: ${name}: mosquitto is not installed`);
  const older = before === undefined ? undefined : commitOf(before);
  const { rounds, warmUp, window } = quick ? quickRun : fullRun;
  const needsBroker = rows.some(({ scenario }) => scenario.source === 'mosquitto');
  const mosquitto = needsBroker ? await startMosquitto(directory) : undefined;
  try {
    const found = await runRows(rows, rounds, {
      ...{ program, mosquitto, warmUp, window, certificates: makeCertificates(directory) },
      ...{ build: resolve('.'), buildBefore: older === undefined ? '' : buildBefore(older) },
    });
    const peers = ['mqtt', 'protobufjs', 'prom-client', 'rxjs'].map((name) => [name, versionOf(name)] as const);
    return {
      date: new Date().toISOString().slice(0, 10),
      commit,
      ...(older === undefined ? {} : { before: older.slice(0, 7) }),
      machine: `${String(cpus().length)} cores of ${cpus()[0]!.model.trim()}`,
      node: process.versions.node,
      load,
      versions: {
        ...Object.fromEntries(peers),
        ...(brokerVersion === undefined ? {} : { mosquitto: brokerVersion }),
      },
      ...{ rounds, window },
      skipped: skipped.map(({ name }) => name),
      rows: [...found].map(([row, figures]) => ({ ...row, result: resultOf(figures) })),
    };
  } finally {
    mosquitto?.stop();
  }
}

/** The command: runs what its arguments ask for and prints it. */
export async function comparePeers(program: string, args: readonly string[]): Promise<void> {
  const options = peersOptions(args);
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-peers-'));
  process.once('exit', () => {
    stopWorkers();
    rmSync(directory, { recursive: true, force: true });
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
  const report = await compare(program, options, directory);
  process.stdout.write(`${options.json ? JSON.stringify(report, undefined, 2) : textTable(report.rows)}\n`);
  if (!options.write) return;
  writeFileSync('docs/performance.md', performancePage(report));
  writeFileSync('docs/performance.svg', performancePlot(report));
}
