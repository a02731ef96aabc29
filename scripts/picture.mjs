// Draws the README's picture from a real run of the build: `node scripts/picture.mjs`. Needs `script` of util-linux, for a terminal.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const [rows, columns] = [18, 112];
const command = `stty rows ${rows} cols ${columns}; exec node dist/src/cli/main.js demo --seconds 6`;
const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
  encoding: 'utf8',
  env: { ...process.env, TERM: 'xterm' },
});

// A frame is the lines that changed, from top to bottom: a line that is not below the last one begins the next frame.
const frames = [];
let screen = [];
let last = 0;
for (const [, row, text] of stdout.matchAll(
  /\u001b\[(\d+);1H\u001b\[K((?:(?!\u001b\[\d+;1H|\u001b\[0m\u001b\[\?25h)[^])*)/gu,
)) {
  if (Number(row) <= last) frames.push(screen);
  last = Number(row);
  screen = Array.from({ length: rows }, (_, index) => (index === last - 1 ? text : (screen[index] ?? '')));
}
const shows = (frame, ...texts) => texts.every((text) => frame.some((line) => line.includes(text)));
// Best when some symbols have recovered and others have not.
const shown =
  frames.findLast((frame) => shows(frame, 'GAP CLOSED', '●', 'SUSPECT')) ??
  frames.findLast((frame) => shows(frame, 'GAP OPEN', 'SUSPECT'));
if (shown === undefined) throw new Error('the run showed no gap');

const colours = {
  0: ['#d8dee9', 1],
  1: ['#ffffff', 1],
  2: ['#d8dee9', 0.5],
  31: ['#ff6b6b', 1],
  32: ['#7bd88f', 1],
  33: ['#fce566', 1],
};
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const drawn = shown.slice(0, shown.findLastIndex((line) => line !== '') + 1).map((line, row) => {
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
  `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${40 + drawn.length * 20}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>A table of five symbols after the link was lost: dead prices are dimmed, in brackets and marked as suspect; below it, what happened</title>
<rect width="100%" height="100%" rx="8" fill="#1e222a"/>
${drawn.join('\n')}
</svg>
`,
);
