/**
 * A feed at hostile brokers: `npm run hostile`; `-- --quick` in less time, `-- --only TEXT` for some modes,
 * `-- --write` writes the table of docs/security.md. Exits with 1 when a broker does more harm than is allowed.
 *
 * The broker has a process of its own.
 */
import { fork } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Damage, exceeded, measureMode } from './hostile/measureMode.js';
import { modes } from './hostile/modes.js';
import { startPeer } from './hostile/peer.js';

const PAGE = 'docs/security.md';

interface Row {
  readonly name: string;
  readonly scheme: 'mqtt' | 'ws';
  readonly damage: Damage;
}

/** The broker's process: starts the mode whose number comes, and answers with its port. */
function serve(): void {
  let stop: (() => void) | undefined;
  process.on('message', ({ mode, scheme }: { readonly mode: number; readonly scheme: 'mqtt' | 'ws' }) => {
    stop?.();
    void startPeer(scheme, modes[mode] ?? {}).then((peer) => {
      stop = peer.stop;
      process.send?.(peer.port);
    });
  });
  process.once('disconnect', () => process.exit());
}

/** The reason for the end of the connection, without the address. */
function endOf({ ended }: Damage): string {
  return ended === undefined ? 'nothing: the connection stays' : ended.replace(/^\w+:\/\/\S+ /, '');
}

const cells = ({ damage }: Row): readonly string[] => [
  `${(damage.memory / 1e6).toFixed(0)} MB`,
  `${damage.block.toFixed(0)} ms`,
  `${damage.close.toFixed(0)} ms`,
];

/** The same without its code and remedy, which the messages of one kind share. */
const shortEnd = (damage: Damage): string =>
  damage.ended === undefined ? '–' : endOf(damage).replace(/( \(|: ).*$/, '');

/** A line of the page's table: the figures over TCP and over WebSockets of one broker. */
function lineOf(name: string, rows: readonly Row[]): string {
  const damages = (['mqtt', 'ws'] as const).map((scheme) => rows.find((row) => row.scheme === scheme)?.damage);
  const both = (figure: (damage: Damage) => number): string =>
    damages.map((damage) => (damage === undefined ? '–' : figure(damage).toFixed(0))).join(' / ');
  const figures = [both(({ memory }) => memory / 1e6), both(({ block }) => block), both(({ close }) => close)];
  const ends = new Set(damages.flatMap((damage) => (damage === undefined ? [] : [shortEnd(damage)])));
  return `| ${[name, ...figures, [...ends].join(' / ')].join(' | ')} |`;
}

function write(rows: readonly Row[]): void {
  const page = readFileSync(PAGE, 'utf8');
  const names = [...new Set(rows.map(({ name }) => name))];
  const table = [
    '| a broker sends | memory, MB | longest block, ms | `close()`, ms | what ends the connection |',
    '|---|--:|--:|--:|---|',
    ...names.map((name) =>
      lineOf(
        name,
        rows.filter((row) => row.name === name),
      ),
    ),
  ].join('\n');
  const marks = /<!-- hostile -->[^]*<!-- \/hostile -->/;
  if (!marks.test(page)) throw new Error(`${PAGE} has no place for the table`);
  writeFileSync(PAGE, page.replace(marks, `<!-- hostile -->\n${table}\n<!-- /hostile -->`));
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
    },
  });
  const broker = fork(process.argv[1] ?? '');
  const rows: Row[] = [];
  for (const [mode, { name, scheme }] of modes.entries()) {
    if (!name.includes(values.only)) continue;
    for (const over of scheme === undefined ? (['mqtt', 'ws'] as const) : [scheme]) {
      const port = await new Promise((resolve) => {
        broker.once('message', resolve);
        broker.send({ mode, scheme: over });
      });
      const damage = await measureMode(`${over}://127.0.0.1:${String(port)}`, values.quick ? 1_000 : 4_000);
      const row = { name, scheme: over, damage };
      rows.push(row);
      const beyond = exceeded(damage);
      const verdict = beyond.length === 0 ? 'ok    ' : `FAILED ${beyond.join(', ')}`;
      process.stdout.write(`${verdict} ${name}, ${over}: ${cells(row).join(', ')}; ${endOf(damage)}\n`);
    }
  }
  broker.disconnect();
  if (values.write) write(rows);
  const failed = rows.filter(({ damage }) => exceeded(damage).length > 0).length;
  process.stdout.write(`${String(rows.length)} brokers, ${String(failed)} did more harm than is allowed\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

if (process.send === undefined) await run();
else serve();
