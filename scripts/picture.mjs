// Draws the terminal pictures of the documentation from real runs of the build: `node scripts/picture.mjs`. Needs `script` of util-linux,
// for a terminal.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { startSimulatedVenue } from '../dist/src/testing/index.js';

/** What a command writes to a terminal of this size. */
function shown(args, rows, columns) {
  const command = `stty rows ${rows} cols ${columns}; exec node dist/src/cli/main.js ${args}`;
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...process.env, TERM: 'xterm' } });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  return new Promise((resolve) => {
    child.on('close', () => resolve(text));
  });
}

const colours = {
  0: ['#d8dee9', 1],
  1: ['#ffffff', 1],
  2: ['#d8dee9', 0.5],
  31: ['#ff6b6b', 1],
  32: ['#7bd88f', 1],
  33: ['#fce566', 1],
};
const escape = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** Draws lines, which may have colours. */
function draw(file, title, lines) {
  const drawn = lines.map((line, row) => {
    const spans = line.split(/\u001b\[/u).map((part, index) => {
      const [, code, text] = index === 0 ? [part, '0', part] : (/^(\d*)m(.*)$/u.exec(part) ?? [part, '0', part]);
      const [fill, opacity] = colours[Number(code)] ?? colours[0];
      return text === '' ? '' : `<tspan fill="${fill}" fill-opacity="${opacity}">${escape(text)}</tspan>`;
    });
    return `<text x="16" y="${30 + row * 20}" xml:space="preserve">${spans.join('')}</text>`;
  });
  const width = 32 + 8.5 * Math.max(...lines.map((line) => line.replaceAll(/\u001b\[\d*m/gu, '').length));
  writeFileSync(
    file,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.ceil(width)}" height="${40 + drawn.length * 20}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14">
<title>${title}</title>
<rect width="100%" height="100%" rx="8" fill="#1e222a"/>
${drawn.join('\n')}
</svg>
`,
  );
}

/** The frames of a table. Each is the lines that changed, from top to bottom: a line that is not below the last one begins the next. */
function framesOf(text, rows) {
  const frames = [];
  let screen = [];
  let last = 0;
  for (const [, row, line] of text.matchAll(
    /\u001b\[(\d+);1H\u001b\[K((?:(?!\u001b\[\d+;1H|\u001b\[0m\u001b\[\?25h)[^])*)/gu,
  )) {
    if (Number(row) <= last) frames.push(screen);
    last = Number(row);
    screen = Array.from({ length: rows }, (_, index) => (index === last - 1 ? line : (screen[index] ?? '')));
  }
  return frames;
}

async function firstLight() {
  const frames = framesOf(await shown('demo --seconds 6', 18, 112), 18);
  const shows = (frame, ...texts) => texts.every((text) => frame.some((line) => line.includes(text)));
  // Best when some symbols have recovered and others have not.
  const best =
    frames.findLast((frame) => shows(frame, 'GAP CLOSED', '●', 'SUSPECT')) ??
    frames.findLast((frame) => shows(frame, 'GAP OPEN', 'SUSPECT'));
  if (best === undefined) throw new Error('the run showed no gap');
  draw(
    'docs/first-light.svg',
    'A table of five symbols after the link was lost: dead prices are dimmed, in brackets and marked as suspect; below it, what happened',
    best.slice(0, best.findLastIndex((line) => line !== '') + 1),
  );
}

async function doctor(file, title, args, expected) {
  const lines = (await shown(`doctor ${args}`, 40, 100)).split(/\r*\n/u);
  if (!lines.some((line) => line.includes(expected)))
    throw new Error(`the doctor did not say "${expected}":\n${lines.join('\n')}`);
  const end = lines.findLastIndex((line) => line !== '');
  draw(file, title, [`$ rx-quotes doctor ${args}`, ...lines.slice(0, end + 1)]);
}

await firstLight();
await doctor(
  'docs/doctor-well.svg',
  'The doctor in the demonstration: every step is well',
  '--demo',
  'none in the feed',
);
const simulated = await startSimulatedVenue({ symbols: ['AOT'] });
const url = simulated.tcpUrl.replace('mqtt:', 'mqtts:');
await doctor(
  'docs/doctor-broken.svg',
  'The doctor at a port without TLS: the TLS step failed, with its remedy, and the steps after it were not tried',
  `AOT PTT --url ${url} --connect`,
  'RXP_TLS_ON_PLAIN_PORT',
);
await simulated.stop();
