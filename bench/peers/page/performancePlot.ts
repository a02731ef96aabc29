import type { FigureName, Spread } from '../figures.js';
import { type Scenario, scenarioName } from '../scenarios.js';
import { shown } from './columns.js';
import { scenarioTitle } from './explanations.js';
import type { Report, ReportRow } from './report.js';
import { rowLabel } from './rowLabel.js';

/** One drawing: rows of a scenario, each as marks on a common scale. */
interface Panel {
  readonly title: string;
  readonly scenario: Scenario;
  readonly scale: 'linear' | 'log';
  /** The factor of all figures. */
  readonly factor: number;
  readonly digits: number;
  /** One figure is a bar with its spread; several are dots on a line. */
  readonly figures: readonly FigureName[];
  readonly legend: string;
}

const panels: readonly Panel[] = [
  {
    title: 'Processor time for each delivered message, µs',
    scenario: { source: 'paced', transport: 'tcp', topics: 500, rate: 50_000 },
    ...{ scale: 'linear', factor: 1, digits: 2, figures: ['cpu'] },
    legend: 'bar: median of the rounds; line: least to most',
  },
  {
    title: 'Age of a message at the subscriber, ms',
    scenario: { source: 'paced', transport: 'tcp', topics: 500, rate: 50_000 },
    ...{ scale: 'log', factor: 1e-3, digits: 2, figures: ['p50', 'p99', 'p999'] },
    legend: 'dots: p50, p99, p99.9',
  },
  {
    title: 'Messages a second',
    scenario: { source: 'burst', transport: 'tcp', topics: 500 },
    ...{ scale: 'log', factor: 1, digits: 0, figures: ['delivered', 'received'] },
    legend: 'dots: delivered, received',
  },
];

const [width, left, right, lineHeight] = [880, 244, 660, 22];
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .page { fill: #ffffff } .title { font-weight: 600; font-size: 15px } .faint { fill: #59636e }
  .grid { stroke: #d1d9e0 } .peer { fill: #818b98 } .ours { fill: #0969da } .before { fill: #bf8700 } .spread { stroke: #1f2328 }
  .join { stroke: #818b98; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .page { fill: #0d1117 } .faint { fill: #9198a1 }
    .grid { stroke: #3d444d } .peer { fill: #9198a1 } .ours { fill: #4493f8 } .before { fill: #d29922 } .spread { stroke: #e6edf3 }
    .join { stroke: #656c76 }
  }
`;

function kind({ before, receiver }: ReportRow): string {
  if (before) return 'before';
  return receiver.startsWith('rx-quotes') ? 'ours' : 'peer';
}

interface Axis {
  readonly x: (value: number) => number;
  readonly ticks: readonly number[];
}

function linearAxis(most: number): Axis {
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.2, 0.5, 1, 2].map((factor) => factor * power).find((each) => most / each <= 6) ?? 2 * power;
  const end = Math.ceil(most / step) * step;
  return {
    x: (value) => left + (value / end) * (right - left),
    ticks: Array.from({ length: Math.round(end / step) + 1 }, (_, index) => index * step),
  };
}

function logAxis(least: number, most: number): Axis {
  const [from, to] = [
    Math.floor(Math.log10(least)),
    Math.max(Math.ceil(Math.log10(most)), Math.floor(Math.log10(least)) + 1),
  ];
  return {
    x: (value) => left + ((Math.log10(value) - from) / (to - from)) * (right - left),
    ticks: Array.from({ length: to - from + 1 }, (_, index) => 10 ** (from + index)),
  };
}

const place = (value: number): string => value.toFixed(1);

/** A panel from `top` on, and its height; nothing where the run has no row of it. */
function draw(report: Report, panel: Panel, top: number): readonly [string, number] {
  const { figures, factor, digits, scenario } = panel;
  const rows = report.rows.filter((row) => scenarioName(row.scenario) === scenarioName(scenario));
  if (rows.length === 0) return ['', 0];
  const spreads = rows.map(({ result }) =>
    figures.map((figure): Spread => {
      const { median, min, max } = result[figure]!;
      return { median: median * factor, min: min * factor, max: max * factor };
    }),
  );
  const values = spreads.flat().flatMap(({ median, max }) => (figures.length === 1 ? [median, max] : [median]));
  const axis =
    panel.scale === 'linear'
      ? linearAxis(Math.max(...values))
      : logAxis(Math.max(Math.min(...values), 1e-3), Math.max(...values));
  const x = (value: number): string => place(axis.x(Math.max(value, panel.scale === 'log' ? axis.ticks[0]! : 0)));
  const first = top + 62;
  const bottom = first + rows.length * lineHeight;
  const grid = axis.ticks.map(
    (tick) =>
      `<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${String(first - 8)}" y2="${String(bottom)}"/>` +
      `<text class="faint" x="${x(tick)}" y="${String(first - 14)}" text-anchor="middle">${tick.toLocaleString('en-US')}</text>`,
  );
  const marks = rows.map((row, index) => {
    const y = first + index * lineHeight;
    const middle = String(y + 7);
    const all = spreads[index]!;
    const value = all.map(({ median }) => shown(median, digits)).join(' · ');
    const bar =
      `<rect class="${kind(row)}" x="${String(left)}" y="${String(y)}" width="${place(axis.x(all[0]!.median) - left)}" height="14" rx="2"/>` +
      `<line class="spread" x1="${x(all[0]!.min)}" x2="${x(all[0]!.max)}" y1="${middle}" y2="${middle}"/>`;
    const dots =
      `<line class="join" x1="${x(all[0]!.median)}" x2="${x(all.at(-1)!.median)}" y1="${middle}" y2="${middle}"/>` +
      all
        .map(
          ({ median }, dot) =>
            `<circle class="${kind(row)}" cx="${x(median)}" cy="${middle}" r="${dot === 0 ? '6' : '4'}"/>`,
        )
        .join('');
    return (
      `<text x="${String(left - 12)}" y="${String(y + 12)}" text-anchor="end">${escape(rowLabel(report, row))}</text>` +
      (figures.length === 1 ? bar : dots) +
      `<text x="${String(right + 16)}" y="${String(y + 12)}">${value}</text>`
    );
  });
  const text = [
    `<text class="title" x="20" y="${String(top + 12)}">${escape(panel.title)}</text>`,
    `<text class="faint" x="20" y="${String(top + 30)}">${escape(`${scenarioTitle(scenario)}; ${panel.legend}`)}</text>`,
    ...grid,
    ...marks,
  ].join('\n');
  return [text, bottom - top + 28];
}

/** The plot `docs/performance.svg` of a run, in the colours of the reader's theme. */
export function performancePlot(report: Report): string {
  let top = 24;
  const drawn: string[] = [];
  for (const panel of panels) {
    const [text, height] = draw(report, panel, top);
    if (height > 0) drawn.push(text);
    top += height;
  }
  const size = `width="${String(width)}" height="${String(top)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} viewBox="0 0 ${String(width)} ${String(top)}">
<title>rx-quotes beside its peers, run of ${report.date}</title>
<style>${style}</style>
<rect class="page" width="100%" height="100%" rx="8"/>
${drawn.join('\n')}
</svg>
`;
}
