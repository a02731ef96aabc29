import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeBounds } from '../../bench/peers/bounds.js';
import { type Figures, resultOf, spreadOf } from '../../bench/peers/figures.js';
import { withHeadline } from '../../bench/peers/page/readmeLine.js';
import { performancePage } from '../../bench/peers/page/performancePage.js';
import { performancePlot } from '../../bench/peers/page/performancePlot.js';
import type { Report, ReportCost, ReportRow } from '../../bench/peers/page/report.js';
import { textTable } from '../../bench/peers/page/textTable.js';
import { chosenRows } from '../../bench/peers/rows.js';

/** Figures of row `index` in round `round`, all different. */
function figures(index: number, round: number, stamped: boolean): Figures {
  const one = index + 1;
  return {
    ...{ received: 1_000_000 + one, delivered: 500_000 + one, conflated: 0.25, cpu: one + round },
    ...(stamped ? { p50: 100 * one, p99: 1_000 * one, p999: 10_000 * one } : {}),
    ...{ garbage: 200 + one, rss: 90 + one },
  };
}

const chosen = chosenRows({ quick: false, before: true });
const rows = chosen.rows.map((row, index): ReportRow => {
  const stamped = row.scenario.rate !== undefined;
  return { ...row, result: resultOf([1, 0, 2].map((round) => figures(index, round, stamped))) };
});
const costs = chosen.costs
  .flatMap((cost) => cost.rows.map((row) => ({ ...row, rounds: cost.rounds })))
  .map((row, index): ReportCost => ({ ...row, spread: { median: 10 + index, min: 9, max: 20 } }));
const report: Report = {
  ...{ date: '2026-01-02', commit: 'abcdef0', before: '1234567', machine: '2 cores of a machine', node: '20.19.0' },
  ...{ load: 0.5, versions: { mqtt: '5.0.0' }, window: 1_500, skipped: [] },
  ...{ rows, costs, bounds: judgeBounds({ rows, costs }) },
};

describe('the spread of rounds', () => {
  it.each([
    [[3], { median: 3, min: 3, max: 3 }],
    [[9, 1, 5], { median: 5, min: 1, max: 9 }],
    [[10, 2, 4, 30], { median: 7, min: 2, max: 30 }],
  ])('of %j is %j', (values, spread) => {
    expect(spreadOf(values)).toEqual(spread);
  });

  it('of no round is an error', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });

  it('is taken figure by figure, and leaves out what no round has', () => {
    const result = resultOf([figures(0, 1, false), figures(0, 3, false)]);
    expect(result.cpu).toEqual({ median: 3, min: 2, max: 4 });
    expect(result).not.toHaveProperty('p50');
  });
});

describe('the table for a terminal', () => {
  it('has each row by its name, with the median of a figure and its least and most', () => {
    const [, line = ''] = textTable({ rows: rows.slice(0, 1), costs: [], bounds: [] }).split('\n');
    expect(line).toMatch(/^burst tcp 500 frame-scan +1,000,001 +500,001 +25 +2\.00 \(1\.00–3\.00\) +– +– +– +201 +91$/);
  });
});

describe('the tables for a terminal', () => {
  const text = textTable(report);

  it('have each cost with its unit and its rounds', () => {
    const { median, min, max } = report.costs.find(({ name }) => name === 'scrape 800-symbols')!.spread;
    const figures = `${median.toFixed(2)} \\(${min.toFixed(2)}–${max.toFixed(2)}\\) ms`;
    expect(text).toMatch(new RegExp(`^scrape 800-symbols +${figures} +5$`, 'm'));
  });

  it('have each bound with its stretch, its value and its verdict', () => {
    for (const { what, holds } of report.bounds) {
      const line = text.split('\n').find((each) => each.startsWith(`${what}  `))!;
      expect(line).toMatch(holds ? /  holds$/ : /  misses$/);
    }
    const { median } = report.costs.find(({ name }) => name === 'scrape 800-symbols')!.spread;
    const figures = `≤ 2 ms +≤ 1 ms +${median.toFixed(2)} ms +– +misses`;
    expect(text).toMatch(new RegExp(`^CPU of one scrape of 800 symbols +${figures}$`, 'm'));
  });
});

describe('the page about performance', () => {
  const page = performancePage(report);

  it('has a line with the figures of each row', () => {
    for (const { receiver, before, result } of rows) {
      const label = before ? `${receiver} at 1234567` : receiver;
      const delivered = result.delivered!.median.toLocaleString('en-US');
      expect(page).toMatch(new RegExp(`^\\| ${label} \\| .* ${delivered} \\|`, 'm'));
    }
  });

  it('says when, where and with what it was measured, and shows the plot', () => {
    expect(page).toContain('Run of 2026-01-02 on commit abcdef0: 2 cores of a machine, Node 20.19.0, load 0.5');
    expect(page).toContain('mqtt 5.0.0');
    expect(page).toContain('](performance.svg)');
  });

  it('explains each receiver and each source that ran', () => {
    for (const receiver of new Set(rows.map((row) => row.receiver))) {
      expect(page).toMatch(new RegExp(`^\\| \`${receiver}\` \\| \\S`, 'm'));
    }
    expect(page).toContain('### 50,000 messages a second, wss, 500 topics');
    expect(page).toContain('### As fast as it is read, TCP, 1 topic\n');
  });

  it('has each bound in a table, with its value and its verdict', () => {
    for (const { what, holds } of report.bounds) {
      const line = page.split('\n').find((each) => each.startsWith(`| ${what} |`))!;
      expect(line).toMatch(holds ? /\| holds \|$/ : /\| misses \|$/);
    }
    expect(page).toContain(
      '| gzipped size of the main entry for a browser, without mqtt and rxjs | ≤ 36 kB | ≤ 30 kB |',
    );
  });

  it('has each cost with its figure and a text', () => {
    for (const { name, text } of costs) {
      expect(page).toMatch(new RegExp(`^\\| ${name} \\| .*\\(9\\.00–20\\.00\\)`, 'm'));
      expect(page).toContain(`- \`${name}\`: ${text}`);
    }
  });

  it('explains what limits what by figures of its rows', () => {
    const section = page.slice(page.indexOf('## What limits what'), page.indexOf('## How it is measured'));
    const cpu = (name: string): string => `${rows.find((row) => row.name === name)!.result.cpu!.median.toFixed(2)} µs`;
    expect(section).toContain(`reading its bytes costs ${cpu('burst tcp 500 frame-scan')} over TCP`);
    expect(section).toContain(
      'One book of ten levels a side costs 10.00 µs; protobufjs takes 11.00 µs, 1.1 times as much.',
    );
    expect(section).toContain(`${cpu('paced-50000 tcp 500 rx-quotes-no-tap')} where MQTT.js does`);
  });

  it('leaves out bounds and explanations whose rows did not run', () => {
    const scan = rows.slice(0, 1);
    const text = performancePage({ ...report, rows: scan, costs: [], bounds: judgeBounds({ rows: scan, costs: [] }) });
    expect(text).not.toContain('## Bounds');
    expect(text).not.toContain('## What limits what');
  });

  it('compares in sentences whose figures are those of the rows', () => {
    const found = (name: string): ReportRow => rows.find((row) => row.name === `paced-50000 tcp 500 ${name}`)!;
    const [ours, before] = [found('rx-quotes').result.cpu!.median, found('before:rx-quotes').result.cpu!.median];
    const raw = found('mqttjs').result.cpu!.median;
    expect(page).toContain(`rx-quotes takes ${ours.toFixed(2)} µs of processor time`);
    expect(page).toContain(
      `${(ours / raw).toFixed(1)} times the ${raw.toFixed(2)} µs of MQTT.js, which decodes nothing`,
    );
    expect(page).toContain(
      `Commit 1234567, measured in the same run, takes ${before.toFixed(2)} µs: ${(before / ours).toFixed(1)} times as much.`,
    );
  });

  it('leaves out columns that a scenario has no figure for', () => {
    const burst = page.slice(
      page.indexOf('### As fast as it is read, wss'),
      page.indexOf('### As fast as it is read, TCP, 1'),
    );
    expect(burst).toContain('| receiver | received/s |');
    expect(burst).not.toContain('p50');
  });

  it('names rows that did not run', () => {
    expect(performancePage({ ...report, skipped: ['mosquitto tcp 500 mqttjs'] })).toContain(
      'Mosquitto is not installed: mosquitto tcp 500 mqttjs.',
    );
    expect(page).not.toContain('not installed:');
  });
});

describe('the sentence about performance in the README', () => {
  const readme = 'before\n<!-- performance -->\nold\n<!-- /performance -->\nafter\n';

  it('takes the place of the old one, and stands on the page too', () => {
    const [, sentence = ''] = /^before\n<!-- performance -->\n(.*)\n<!-- \/performance -->\nafter\n$/.exec(
      withHeadline(readme, report),
    )!;
    expect(sentence).toMatch(/^At 50,000 messages a second .*\.$/);
    expect(performancePage(report)).toContain(sentence);
  });

  it('is an error where the README has no marks, or the run has not its rows', () => {
    expect(() => withHeadline('text', report)).toThrow('has no marks');
    expect(() => withHeadline(readme, { rows: [] })).toThrow('run all rows');
  });

  it('stands in docs/performance.md word by word', () => {
    const [, sentence = ''] = /<!-- performance -->\n(.*)\n<!-- \/performance -->/.exec(
      readFileSync('README.md', 'utf8'),
    )!;
    expect(sentence).toMatch(/rx-quotes takes [\d.]+ µs/);
    expect(readFileSync('docs/performance.md', 'utf8')).toContain(sentence);
  });
});

describe('the plot about performance', () => {
  const plot = performancePlot(report);
  /** Bars by label: what is between a label and the next one. */
  const bar = (label: string): number =>
    Number(new RegExp(`>${label}</text><rect [^>]*width="([\\d.]+)"`).exec(plot)![1]);

  it('is well-formed: each element that is opened is closed in its turn', () => {
    const open: string[] = [];
    for (const [, close, name, empty] of plot.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/g)) {
      if (close !== '') expect(open.pop()).toBe(name);
      else if (empty === '') open.push(name!);
    }
    expect(open).toEqual([]);
    expect(plot.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
    expect(plot).not.toContain('NaN');
  });

  it('has bars as long as the medians of processor time', () => {
    const cpu = (name: string): number =>
      rows.find((row) => row.name === `paced-50000 tcp 500 ${name}`)!.result.cpu!.median;
    expect(bar('rx-quotes') / bar('mqttjs')).toBeCloseTo(cpu('rx-quotes') / cpu('mqttjs'), 2);
    expect(bar('rx-quotes at 1234567') / bar('mqttjs')).toBeCloseTo(cpu('before:rx-quotes') / cpu('mqttjs'), 2);
  });

  it('has colours of its own for a dark page', () => {
    expect(plot).toContain('@media (prefers-color-scheme: dark)');
  });

  it('leaves out a drawing whose scenario did not run', () => {
    const burst = rows.filter(({ scenario }) => scenario.source === 'burst');
    const text = performancePlot({ ...report, rows: burst });
    expect(text).toContain('Messages a second');
    expect(text).not.toContain('Processor time');
  });
});
