// Packs what is published, from the build as it stands, to `.tmp/package/rx-quotes.tgz`. The manifest in it has no field that only
// development needs, and a link of a page to a file that is not in the package is replaced by its text.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = '.tmp/package';
const content = join(folder, 'content');
rmSync(folder, { recursive: true, force: true });
mkdirSync(content, { recursive: true });

const development = ['scripts', 'devDependencies', 'knip', 'size-limit'];
const fields = Object.entries(JSON.parse(readFileSync('package.json', 'utf8')));
const manifest = Object.fromEntries(fields.filter(([field]) => !development.includes(field)));
for (const path of manifest.files.filter((path) => !path.startsWith('!'))) {
  cpSync(path, join(content, path), { recursive: true });
}
writeFileSync(join(content, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

/** A page whose links to files that are not packed are their text alone; what is fenced is code. */
function withoutDeadLinks(page) {
  const isThere = (link) => /^([a-z]+:|#)/.test(link) || existsSync(join(dirname(page), link.split('#', 1)[0]));
  const [prose, code] = [/(?<!!)\[([^\]]*)\]\(([^)\s]+)\)/g, /(```[\s\S]*?```)/];
  const unlinked = (text) => text.replace(prose, (link, shown, target) => (isThere(target) ? link : shown));
  const parts = readFileSync(page, 'utf8').split(code);
  return parts.map((part) => (part.startsWith('```') ? part : unlinked(part))).join('');
}

for (const path of readdirSync(content, { recursive: true }).filter((path) => path.endsWith('.md'))) {
  const page = join(content, path);
  writeFileSync(page, withoutDeadLinks(page));
}

const answer = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', '..'], {
  cwd: content,
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [{ filename, size, unpackedSize, files }] = JSON.parse(answer);
renameSync(join(folder, filename), join(folder, 'rx-quotes.tgz'));
console.log(`${filename}: ${files.length} files, ${size} bytes packed, ${unpackedSize} bytes unpacked`);

const expected =
  /^(dist\/(src|operators)\/.*\.(js|js\.map|d\.ts)|docs\/.*\.(md|svg|png)|(package\.json|README\.md|CHANGELOG\.md|LICENSE))$/;
const stray = files.filter(({ path }) => !expected.test(path));
for (const { path } of stray) console.error(`does not belong into the package: ${path}`);
process.exitCode = stray.length > 0 ? 1 : 0;
