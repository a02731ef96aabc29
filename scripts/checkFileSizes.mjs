// One idea a file: half of the source files have at most `medianLimit` lines, and none has more than `fileLimit`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const medianLimit = 100;
const fileLimit = 250;

const isGenerated = (path) => path.endsWith('.generated.ts') || path.split('/').includes('generated');

const files = ['operators', 'src']
  .flatMap((root) => readdirSync(root, { recursive: true }).map((path) => join(root, path)))
  .filter((path) => path.endsWith('.ts') && !isGenerated(path))
  .map((path) => ({ path, lines: readFileSync(path, 'utf8').split('\n').length - 1 }))
  .sort((a, b) => a.lines - b.lines);

const middle = files.length / 2;
const median = (files[Math.ceil(middle) - 1].lines + files[Math.floor(middle)].lines) / 2;
const tooLong = files.filter(({ lines }) => lines > fileLimit);

console.log(
  `${files.length} source files, median ${median} lines (limit ${medianLimit}), none over ${fileLimit} allowed`,
);
for (const { path, lines } of files.slice(-5).reverse()) console.log(`${String(lines).padStart(6)} ${path}`);
for (const { path, lines } of tooLong) console.error(`too long: ${path} has ${lines} lines, ${fileLimit} are allowed`);
if (median > medianLimit) console.error(`the median is ${median} lines, ${medianLimit} are allowed`);
process.exitCode = tooLong.length > 0 || median > medianLimit ? 1 : 0;
