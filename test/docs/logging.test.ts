import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type LogEvent, logLines } from '../../src/feed/diagnostics/logLines.js';
import { type LineText, logTexts } from './logTexts.js';

const lines = Object.entries(logTexts) as unknown as readonly (readonly [event: LogEvent, LineText<object>])[];

function table(): string {
  const rows = lines.map(([event, { when, fields, limited }]) => {
    const { level } = logLines[event];
    const meanings = Object.entries(fields).map(([name, meaning]) => `\`${name}\`: ${String(meaning)}`);
    const note = limited === true ? `${when} · limited` : when;
    return `| \`${event}\` | ${level} | ${note} | ${meanings.join('; ') || '–'} |`;
  });
  return ['| event | level | when | fields |', '|---|---|---|---|', ...rows].join('\n');
}

// `npm run generate` writes the page.
test('the documentation of the log has the table of its lines', async () => {
  const page = readFileSync('docs/logging.md', 'utf8');
  const current = page.replace(
    /<!-- lines -->\n[\s\S]*?<!-- end -->/,
    () => `<!-- lines -->\n${table()}\n<!-- end -->`,
  );
  expect(page.split('<!-- lines -->')).toHaveLength(2);
  await expect(current).toMatchFileSnapshot('../../docs/logging.md');
});
