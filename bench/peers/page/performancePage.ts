import type { ReceiverName } from '../receivers/receivers.js';
import { type Scenario, scenarioName } from '../scenarios.js';
import { boundLines } from './boundLines.js';
import { cell, columns } from './columns.js';
import { comparisons } from './comparisons.js';
import { costLines } from './costLines.js';
import { everythingOn, receiverTexts, scenarioTitle, sourceTexts } from './explanations.js';
import { limits } from './limits.js';
import type { Report, ReportRow } from './report.js';
import { heating } from '../sources/paced.js';
import { rowLabel } from './rowLabel.js';

function markdownTable(lines: readonly (readonly string[])[]): string {
  const [head = [], ...body] = lines.map((line) => `| ${line.join(' | ')} |`);
  return [head, `|${'---|'.repeat(lines[0]?.length ?? 0)}`, ...body].join('\n');
}

/** The table of a scenario, without the columns that have no figure in any row. */
function scenarioTable(report: Report, rows: readonly ReportRow[]): string {
  const used = columns.filter(({ figure }) => rows.some(({ result }) => result[figure] !== undefined));
  return markdownTable([
    ['receiver', ...used.map(({ title }) => title)],
    ...rows.map((row) => [rowLabel(report, row), ...used.map((column) => cell(column, row.result))]),
  ]);
}

function byScenario(rows: readonly ReportRow[]): readonly (readonly [Scenario, readonly ReportRow[]])[] {
  const groups = new Map<string, ReportRow[]>();
  for (const row of rows)
    groups.set(scenarioName(row.scenario), [...(groups.get(scenarioName(row.scenario)) ?? []), row]);
  return [...groups.values()].map((group) => [group[0]!.scenario, group] as const);
}

/** The page `docs/performance.md` of a run. */
export function performancePage(report: Report): string {
  const { rows, costs, bounds, skipped, versions, window } = report;
  const roundCounts = [...new Set(rows.map(({ rounds }) => rounds))].sort((a, b) => b - a);
  const used = new Set(rows.map(({ receiver }) => receiver));
  const sources = new Set(rows.map(({ scenario }) => scenario.source));
  const versionList = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const receiverLines = (Object.keys(receiverTexts) as ReceiverName[]).filter((name) => used.has(name));
  return `${[
    '# Performance',
    '<!-- Written by `npm run bench:peers -- --write`; change bench/peers/page, never this file. -->',
    `Run of ${report.date} on commit ${report.commit}: ${report.machine}, Node ${report.node}, load ${report.load.toFixed(1)} before the run; ${versionList.join(', ')}.`,
    'Compare only rows of this page with each other: rates of different runs, or of different machines, are not comparable.',
    '![Processor time for each delivered message, messages a second, and latency, by receiver](performance.svg)',
    ...(comparisons(report).length === 0
      ? []
      : [
          comparisons(report)
            .map((sentence) => `- ${sentence}`)
            .join('\n'),
        ]),
    ...(bounds.length === 0
      ? []
      : [
          '## Bounds',
          'A bound limits a ratio of two rows, or one figure. Without a rate the source sends as fast as it is read. The measured feed has `staleAfter: 10_000` (`rx-quotes-stale-after`); the figure with learned staleness stands beside it.',
          everythingOn,
          markdownTable(boundLines(bounds)),
        ]),
    ...(limits(report).length === 0
      ? []
      : [
          '## What limits what',
          limits(report)
            .map((sentence) => `- ${sentence}`)
            .join('\n'),
        ]),
    '## How it is measured',
    `The source, the broker and each receiver run in processes of their own. Messages are recorded books of Settrade with ten levels a side, ready before they are sent. Each row has ${roundCounts.join(' or ')} rounds of ${String(window / 1_000)} s after a warm-up, and rounds of all rows take turns. A row of few messages a second begins with ${String(heating.span / 1_000)} s of ${heating.rate.toLocaleString('en-US')} a second, so that all code is compiled. A figure is the median of the rounds, with their least and most in brackets.`,
    [
      '- **received**: read by the receiver; **delivered**: handed to the subscriber; **conflated**: replaced by a newer image of their topic.',
      "- **CPU** is the processor time of the receiver's process, kernel and garbage collection included, for each message delivered. Times delivered/s it is the share of a core.",
      '- **p50**, **p99** and **p99.9** are ages of messages at the subscriber.',
      '- **garbage** is what the receiver allocates on the heap of JavaScript, as V8 reports it before and after each collection.',
      '- **RSS** is the most memory that the process ever had.',
    ].join('\n'),
    '## Receivers',
    markdownTable([
      ['name', 'how it works'],
      ...receiverLines.map((name) => [`\`${name}\``, receiverTexts[name]]),
      ...(report.before === undefined
        ? []
        : [[`… at ${report.before}`, 'The same receiver with the build of that commit, in the same run.']]),
    ]),
    '## Results',
    ...[...sources].flatMap((source) => [
      sourceTexts[source],
      ...byScenario(rows.filter(({ scenario }) => scenario.source === source)).flatMap(([scenario, group]) => [
        `### ${scenarioTitle(scenario)}`,
        scenarioTable(report, group),
      ]),
    ]),
    ...(costs.length === 0
      ? []
      : [
          '### Costs without a source',
          'A process of its own measures each of these in the build alone.',
          markdownTable(costLines(costs)),
          costs.map(({ name, text }) => `- \`${name}\`: ${text}`).join('\n'),
        ]),
    ...(skipped.length === 0 ? [] : [`These rows did not run, as Mosquitto is not installed: ${skipped.join(', ')}.`]),
    '## Run it',
    '`npm run bench:peers` prints all rows; `-- --quick` the most important, `-- --only PATTERN` some. `-- --before COMMIT` adds rows with the build of an older commit, `-- --json` prints JSON, `-- --write` writes this page, its plot and the sentence in the README.',
  ].join('\n\n')}\n`;
}
