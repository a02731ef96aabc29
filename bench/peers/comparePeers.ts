import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import process from 'node:process';
import { makeCertificates } from '../../test/support/certificates.js';
import { buildBefore, commitOf } from './buildBefore.js';
import { type Figures, resultOf, spreadOf } from './figures.js';
import { mosquittoVersion, startMosquitto } from './mosquitto.js';
import { type PeersOptions, peersOptions } from './peersOptions.js';
import { performancePage } from './page/performancePage.js';
import { performancePlot } from './page/performancePlot.js';
import type { Report } from './page/report.js';
import { judgeBounds } from './bounds.js';
import { type Chosen, chosenRows, type Row } from './rows.js';
import { runCost } from './runCost.js';
import { runRound, type Surroundings } from './runRound.js';
import { textTable } from './page/textTable.js';
import { writeReadmeLine } from './page/readmeLine.js';
import { stopWorkersAtExit } from './worker.js';

/** Spans in ms. */
const fullRun = { warmUp: 800, window: 1_500 };
const quickRun = { warmUp: 500, window: 700 };

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

interface Found {
  readonly rows: ReadonlyMap<Row, Figures[]>;
  /** Rounds of each row of a cost, by its name. */
  readonly costs: ReadonlyMap<string, number[]>;
}

/** Every round of every row and cost, the rounds of different ones by turns. */
async function runAll({ rows, costs }: Chosen, around: Surroundings): Promise<Found> {
  const found = new Map(rows.map((row): [Row, Figures[]] => [row, []]));
  const costsFound = new Map<string, number[]>();
  const rounds = Math.max(...[...rows, ...costs].map((one) => one.rounds));
  for (let round = 1; round <= rounds; round += 1) {
    const name = (of: number): string => `round ${String(round)} of ${String(of)}`;
    for (const [row, figures] of found) {
      if (round > row.rounds) continue;
      const one = await runRound(row, around);
      figures.push(one);
      const [delivered, cpu] = [Math.round(one.delivered).toLocaleString('en-US'), one.cpu.toFixed(2)];
      progress(`${name(row.rounds)}: ${row.name}: ${delivered}/s delivered, ${cpu} µs each`);
    }
    for (const cost of costs) {
      if (round > cost.rounds) continue;
      const one = await runCost(cost, around);
      for (const row of cost.rows) {
        const value = one[row.name]!;
        costsFound.set(row.name, [...(costsFound.get(row.name) ?? []), value]);
        progress(`${name(cost.rounds)}: ${row.name}: ${value.toFixed(2)} ${row.unit}`);
      }
    }
  }
  return { rows: found, costs: costsFound };
}

async function compare(program: string, options: PeersOptions, directory: string): Promise<Report> {
  const { quick, before, only } = options;
  const [load] = loadavg() as [number];
  const commit = presentCommit();
  const brokerVersion = mosquittoVersion();
  const chosen = chosenRows({ quick, before: before !== undefined, ...(only === undefined ? {} : { only }) });
  const runs = ({ scenario }: Row): boolean => brokerVersion !== undefined || scenario.source !== 'mosquitto';
  const rows = chosen.rows.filter(runs);
  const skipped = chosen.rows.filter((row) => !runs(row));
  for (const { name } of skipped) progress(`skipped: ${name}: mosquitto is not installed`);
  const older = before === undefined ? undefined : commitOf(before);
  const { warmUp, window } = quick ? quickRun : fullRun;
  const needsBroker = rows.some(({ scenario }) => scenario.source === 'mosquitto');
  const mosquitto = needsBroker ? await startMosquitto(directory) : undefined;
  try {
    const found = await runAll(
      { ...chosen, rows },
      {
        ...{ program, mosquitto, warmUp, window, certificates: makeCertificates(directory) },
        ...{ build: resolve('.'), buildBefore: older === undefined ? '' : buildBefore(older) },
      },
    );
    const peers = ['mqtt', 'protobufjs', 'prom-client', 'rxjs'].map((name) => [name, versionOf(name)] as const);
    const results = {
      rows: [...found.rows].map(([row, figures]) => ({ ...row, result: resultOf(figures) })),
      costs: chosen.costs.flatMap((cost) =>
        cost.rows.map((row) => ({ ...row, rounds: cost.rounds, spread: spreadOf(found.costs.get(row.name)!) })),
      ),
    };
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
      window,
      skipped: skipped.map(({ name }) => name),
      ...results,
      bounds: judgeBounds(results),
    };
  } finally {
    mosquitto?.stop();
  }
}

/** The command: runs what its arguments ask for and prints it. */
export async function comparePeers(program: string, args: readonly string[]): Promise<void> {
  const options = peersOptions(args);
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-peers-'));
  stopWorkersAtExit(() => rmSync(directory, { recursive: true, force: true }));
  const report = await compare(program, options, directory);
  process.stdout.write(`${options.json ? JSON.stringify(report, undefined, 2) : textTable(report)}\n`);
  if (!options.write) return;
  writeFileSync('docs/performance.md', performancePage(report));
  writeFileSync('docs/performance.svg', performancePlot(report));
  writeReadmeLine(report);
}
