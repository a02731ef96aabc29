import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type FeedMetric, feedMetrics } from '../../src/metrics/index.js';
import { symbolMetrics } from '../../src/metrics/symbolMetrics.js';
import { feedHistograms } from '../../src/metrics/histograms.js';
import { playbookAliases } from '../../src/metrics/aliases.js';

type Row = Pick<FeedMetric, 'name' | 'help' | 'label'> & { readonly type: string };

const tables: Readonly<Record<string, readonly Row[]>> = {
  catalogue: [...feedMetrics, ...feedHistograms.map((one): Row => ({ ...one, type: 'histogram' }))],
  aliases: playbookAliases,
  symbols: symbolMetrics,
};

function table(metrics: readonly Row[]): string {
  const rows = metrics.map(({ name, type, label, help }) => {
    const labels = ['feed', ...[label].flat()].flatMap((one) => (one === undefined ? [] : `\`${one}\``)).join(', ');
    return `| \`${name}\` | ${type} | ${labels} | ${help} |`;
  });
  return ['| name | type | labels | what it is |', '|---|---|---|---|', ...rows].join('\n');
}

// `npm run generate` writes the page.
test('the documentation of the metrics has the tables of the catalogue', async () => {
  const page = readFileSync('docs/metrics.md', 'utf8');
  const marks = Object.keys(tables).map((name) => `<!-- ${name} -->`);
  expect(marks.filter((mark) => page.split(mark).length === 2)).toEqual(marks);
  const current = page.replace(
    /<!-- (\w+) -->\n[\s\S]*?\n<!-- end -->/g,
    (_, name: string) => `<!-- ${name} -->\n${table(tables[name] ?? [])}\n<!-- end -->`,
  );
  await expect(current).toMatchFileSnapshot('../../docs/metrics.md');
});
