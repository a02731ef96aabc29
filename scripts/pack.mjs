// Packs what would be published, from the build as it stands, to `.tmp/package/rx-quotes.tgz`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const folder = '.tmp/package';
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const answer = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
  encoding: 'utf8',
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [{ filename, size, unpackedSize, files }] = JSON.parse(answer);
renameSync(join(folder, filename), join(folder, 'rx-quotes.tgz'));
console.log(`${filename}: ${files.length} files, ${size} bytes packed, ${unpackedSize} bytes unpacked`);

const stray = files.filter(
  ({ path }) => !/^(dist\/(src|operators)\/|(package\.json|README\.md|CHANGELOG\.md|LICENSE)$)/.test(path),
);
for (const { path } of stray) console.error(`does not belong into the package: ${path}`);
process.exitCode = stray.length > 0 ? 1 : 0;
