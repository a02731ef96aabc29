// Draws the README's picture from a real run: `npm run picture`. Needs `script` of util-linux, for a terminal.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const { stdout } = spawnSync('script', ['-qec', 'node dist/src/cli/main.js --seconds 6 2>/dev/null', '/dev/null'], {
  encoding: 'utf8',
});
const lines = stdout.split('\n').map((line) => line.replaceAll('\r', ''));
const opened = lines.findIndex((line) => line.includes('GAP OPEN'));
const closed = lines.findIndex((line) => line.includes('GAP CLOSED'));
if (opened < 0 || closed < 0) throw new Error('the run showed no gap');
const shown = lines.slice(opened - 5, closed + 7);

const colours = { 0: ['#d8dee9', 1], 2: ['#d8dee9', 0.5], 31: ['#ff6b6b', 1], 32: ['#7bd88f', 1], 33: ['#fce566', 1] };
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const rows = shown.map((line, row) => {
  const spans = line.split(/\u001b\[/u).map((part, index) => {
    const [, code, text] = index === 0 ? [part, '0', part] : (/^(\d*)m(.*)$/u.exec(part) ?? [part, '0', part]);
    const [fill, opacity] = colours[Number(code)] ?? colours[0];
    return text === '' ? '' : `<tspan fill="${fill}" fill-opacity="${opacity}">${escape(text)}</tspan>`;
  });
  return `<text x="16" y="${30 + row * 20}" xml:space="preserve">${spans.join('')}</text>`;
});
const width = 32 + 8.5 * Math.max(...shown.map((line) => line.replaceAll(/\u001b\[\d*m/gu, '').length));
writeFileSync(
  'docs/first-light.svg',
  `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${40 + shown.length * 20}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>Quotes of five symbols: the link drops, each symbol is shown again as suspect, the link recovers, and each becomes live with its own next image</title>
<rect width="100%" height="100%" rx="8" fill="#1e222a"/>
${rows.join('\n')}
</svg>
`,
);
