import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

function run(command: string, args: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}

/** The full name of a commit of this repository. */
export function commitOf(name: string): string {
  try {
    return run('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`]).trim();
  } catch (cause) {
    throw new RangeError(`--before is "${name}", which git does not know: pass a commit of this repository`, { cause });
  }
}

/**
 * Builds a commit under `.tmp/before/`, once, with the packages that are installed now; its folder. Where those are too new
 * for it, install its own there by `npm ci`.
 */
export function buildBefore(commit: string): string {
  const folder = resolve('.tmp/before', commit);
  if (existsSync(join(folder, 'dist/src/index.js'))) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = `${folder}.tar`;
  run('git', ['archive', '--output', archive, commit]);
  run('tar', ['-xf', archive, '-C', folder]);
  rmSync(archive);
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
  try {
    run('npm', ['run', '--silent', 'build'], folder);
  } catch (cause) {
    throw new Error(`commit ${commit} does not build in ${folder}: run \`npm ci && npm run build\` there`, { cause });
  }
  return folder;
}
