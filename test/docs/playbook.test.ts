import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { feedMetrics } from '../../src/metrics/index.js';
import { feedHistograms } from '../../src/metrics/histograms.js';
import type { Cause } from '../../src/playbook/cause.js';
import { type Chapter, chapters } from '../../src/playbook/chapters.js';
import { anchorOf } from '../../src/playbook/findings.js';
import { causes } from '../../src/playbook/registry.js';
import { inWords } from '../../src/playbook/words.js';

const names = Object.keys(chapters) as Chapter[];

/** A remedy in the words of the API, with the name on the command line in brackets where it has another. */
function fixText(fix: string): string {
  return fix.replace(/\{\w+\}/g, (word) => {
    const [api, cli] = [inWords(word, 'api'), inWords(word, 'cli')];
    return api === cli ? api : `${api} (on the command line ${cli})`;
  });
}

function spanOf({ over }: Cause): string {
  if (over === 0) return 'the present';
  return over < 60_000 ? `the last ${String(over / 1000)} s` : `the last ${String(over / 60_000)} min`;
}

function causeText(cause: Cause): string {
  const { code, title, apart, severity, probe, detect, fixes, alert, fault } = cause;
  const facts = [
    `\`${code}\``,
    severity,
    ...(detect === undefined ? ['only the doctor sees it'] : [`looks at ${spanOf(cause)}`]),
    ...(probe === undefined ? [] : [`doctor: \`${probe}\``]),
  ];
  return [
    `<a id="${anchorOf(code)}"></a>`,
    '',
    `### ${title}`,
    '',
    facts.join(' · '),
    '',
    apart,
    '',
    ...fixes.map((fix, index) => `${String(index + 1)}. ${fixText(fix)}`),
    '',
    ...(alert === undefined ? [] : [`Alert: \`${alert}\``, '']),
    `Tested with: ${fault}.`,
  ].join('\n');
}

function chapterText(name: Chapter): string {
  const { title, looks, cured } = chapters[name];
  const own = causes.filter(({ chapter }) => chapter === name);
  return [
    `## ${title}`,
    '',
    `**Looks like this.** ${looks}`,
    '',
    '| cause | code |',
    '|---|---|',
    ...own.map((cause) => `| ${cause.title} | [\`${cause.code}\`](#${anchorOf(cause.code)}) |`),
    '',
    `**Cured.** ${cured}`,
    '',
    own.map(causeText).join('\n\n'),
  ].join('\n');
}

// `npm run generate` writes the page.
test('docs/playbook.md has every cause of the registry, in its chapter', async () => {
  const page = readFileSync('docs/playbook.md', 'utf8');
  const generated = names.map(chapterText).join('\n\n');
  const current = page.replace(
    /<!-- causes -->\n[\s\S]*?\n<!-- end -->/,
    () => `<!-- causes -->\n\n${generated}\n\n<!-- end -->`,
  );
  await expect(current).toMatchFileSnapshot('../../docs/playbook.md');
});

test('every cause is in a chapter of docs/playbook.md, and its anchor is unique', () => {
  expect(causes.filter(({ chapter }) => !names.includes(chapter))).toEqual([]);
  expect(new Set(causes.map(({ code }) => anchorOf(code))).size).toBe(causes.length);
});

test('every alert of a cause reads metrics of the catalogue alone', () => {
  const known = new Set([
    ...feedMetrics.map(({ name }) => name),
    ...feedHistograms.flatMap(({ name }) => ['_bucket', '_sum', '_count'].map((suffix) => `${name}${suffix}`)),
  ]);
  const used = causes.flatMap(({ code, alert = '' }) =>
    [...alert.matchAll(/rx_quotes_\w+/g)].map(([name]) => [code, name]),
  );
  expect(used.length).toBeGreaterThan(5);
  expect(used.filter(([, name = '']) => !known.has(name))).toEqual([]);
});
