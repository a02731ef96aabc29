import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A project that has installed the packed tarball and its required peer, and nothing else. */
    consumer: string;
  }
}

/** Makes an empty project, as a user does, and installs the packed tarball with packages: `name@version`, or a name for our version of it. */
export function installWith(...peers: readonly string[]): string {
  const project = mkdtempSync(join(tmpdir(), 'rx-quotes-consumer-'));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));

  const versions = peers.map((name) => {
    if (name.lastIndexOf('@') > 0) return name;
    const { version } = JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')) as { version: string };
    return `${name}@${version}`;
  });
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const tarball = resolve('.tmp/package/rx-quotes.tgz');
  execFileSync('npm', ['install', ...quiet, tarball, ...versions], { cwd: project, stdio: 'inherit' });
  return project;
}

/** Installs `.tmp/package/rx-quotes.tgz` into an empty project with its required peer; returns how to remove it again. */
export function setup({ provide }: TestProject): () => void {
  const consumer = installWith('rxjs');
  provide('consumer', consumer);
  return () => rmSync(consumer, { recursive: true, force: true });
}
