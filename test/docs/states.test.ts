import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { believedFirst, marketRules, marketTransitions } from '../../src/feed/trust/marketTransitions.js';
import { transitions } from '../../src/feed/trust/transitions.js';

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function diagram(arrows: Iterable<readonly [from: string, to: string, evidence: string]>): string {
  const labels = new Map<string, string[]>();
  for (const [from, to, evidence] of arrows) {
    const arrow = `${from} --> ${to}`;
    labels.set(arrow, [...(labels.get(arrow) ?? []), evidence]);
  }
  const lines = [...labels].map(([arrow, evidence]) => `  ${arrow}: ${evidence.join(', ')}`);
  return ['```mermaid', 'stateDiagram-v2', ...lines, '```'].join('\n');
}

const states = Object.entries(transitions);
const evidence = Object.keys(transitions.live);
const sources = Object.entries(marketTransitions);

function* sourceArrows(): Iterable<readonly [string, string, string]> {
  for (const [source, words] of sources) {
    for (const [one, word] of Object.entries(words)) {
      if (word === 'replaced') yield ['unknown', source, one];
      if (word === 'lost') yield [source, 'unknown', one];
    }
  }
}

const parts: Readonly<Record<string, string>> = {
  'data diagram': diagram([
    ['[*]', 'awaiting', 'somebody listens'],
    ...states.flatMap(([from, next]) =>
      Object.entries(next).flatMap(([one, to]): [string, string, string][] => (to === from ? [] : [[from, to, one]])),
    ),
  ]),
  'data table': table(
    ['state', ...evidence.map((one) => `\`${one}\``)],
    states.map(([state, next]) => [`**${state}**`, ...Object.values(next).map((to) => (to === state ? '·' : to))]),
  ),
  believed: believedFirst
    .map(
      (source, rank) =>
        `${String(rank + 1)}. the ${source === 'symbol' ? 'symbol’s own status' : source === 'venue' ? 'status of the whole venue' : 'calendar'}`,
    )
    .join('\n'),
  'market diagram': diagram(sourceArrows()),
  'market table': table(
    ['word of', ...Object.keys(marketTransitions.symbol).map((one) => `\`${one}\``)],
    sources.map(([source, words]) => [`**${source}**`, ...Object.values(words)]),
  ),
  rules: table(
    ['market', 'a live price can be traded on', 'silence says something'],
    Object.entries(marketRules).map(([state, { tradable, silenceCounts }]) => [
      `\`${state}\``,
      tradable ? 'yes' : 'no',
      silenceCounts ? 'yes' : 'no',
    ]),
  ),
};

// `npm run generate` writes the page.
test('the documentation of the states has the state machines of the code', async () => {
  const page = readFileSync('docs/states.md', 'utf8');
  const marks = Object.keys(parts).map((name) => `<!-- ${name} -->`);
  expect(marks.filter((mark) => page.split(mark).length === 2)).toEqual(marks);
  const current = page.replace(
    /<!-- ([a-z ]+) -->\n(?:(?!<!-- )[\s\S])*<!-- end -->/g,
    (_, name: string) => `<!-- ${name} -->\n${parts[name] ?? ''}\n<!-- end -->`,
  );
  await expect(current).toMatchFileSnapshot('../../docs/states.md');
});

test('the documentation of the states explains every evidence', () => {
  const page = readFileSync('docs/states.md', 'utf8');
  const all = [...evidence, ...Object.keys(marketTransitions.symbol)];
  expect(
    all.filter((one) => !page.split('\n').some((line) => line.startsWith('| `') && line.includes(`\`${one}\``))),
  ).toEqual([]);
});
