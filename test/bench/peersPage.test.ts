import { describe, expect, it } from 'vitest';
import { type Figures, resultOf, spreadOf } from '../../bench/peers/figures.js';
import { performancePage } from '../../bench/peers/page/performancePage.js';
import { performancePlot } from '../../bench/peers/page/performancePlot.js';
import type { Report, ReportRow } from '../../bench/peers/page/report.js';
import { textTable } from '../../bench/peers/page/textTable.js';
import { rowsOf } from '../../bench/peers/rows.js';

/** Figures of row `index` in round `round`, all different. */
function figures(index: number, round: number, stamped: boolean): Figures {
  const one = index + 1;
  return {
    ...{ received: 1_000_000 + one, delivered: 500_000 + one, conflated: 0.25, cpu: one + round },
    ...(stamped ? { p50: 100 * one, p99: 1_000 * one, p999: 10_000 * one } : {}),
    ...{ garbage: 200 + one, rss: 90 + one },
  };
}

const rows = rowsOf({ quick: false, before: true }).map((row, index): ReportRow => {
  const stamped = row.scenario.rate !== undefined;
  return { ...row, result: resultOf([1, 0, 2].map((round) => figures(index, round, stamped))) };
});
const report: Report = {
  ...{ date: '2026-01-02', commit: 'abcdef0', before: '1234567', machine: '2 cores of a machine', node: '20.19.0' },
  ...{ load: 0.5, versions: { mqtt: '5.0.0' }, rounds: 3, window: 1_500, skipped: [], rows },
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
    const [, line = ''] = textTable(rows.slice(0, 1)).split('\n');
    expect(line).toMatch(/^burst tcp 500 frame-scan +1,000,001 +500,001 +25 +2\.00 \(1\.00–3\.00\) +– +– +– +201 +91$/);
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

  it('compares in sentences whose figures are those of the rows', () => {
    const found = (name: string): ReportRow => rows.find((row) => row.name === `paced-50000 tcp 500 ${name}`)!;
    const [ours, before] = [found('rx-quotes').result.cpu!.median, found('before:rx-quotes').result.cpu!.median];
    expect(page).toContain(`rx-quotes takes ${ours.toFixed(2)} µs of processor time`);
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
