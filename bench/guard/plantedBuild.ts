import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The fault: an emitted book begins with a spread of the decoded one, and the tags are added after it. */
const file = 'src/feed/delivery/tagged.ts';
const find = '    depth: 10,\n';
const replace = '    ...event,\n    depth: 10,\n';

/** Builds a copy of the sources with the fault in `.tmp/guard/planted`; its folder. */
export function plantedBuild(): string {
  const folder = resolve('.tmp/guard/planted');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of ['operators', 'src', 'package.json', 'tsconfig.json', 'config']) {
    cpSync(name, join(folder, name), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'), 'dir');
  const sound = readFileSync(join(folder, file), 'utf8');
  if (sound.split(find).length !== 2) {
    throw new Error(
      `${file} has not exactly one line "${find.trim()}": write another fault into bench/guard/plantedBuild.ts`,
    );
  }
  writeFileSync(
    join(folder, file),
    sound.replace(find, () => replace),
  );
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
  return folder;
}
