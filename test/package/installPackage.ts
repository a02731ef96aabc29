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

/** Installs `.tmp/package/rx-quotes.tgz` into an empty project, as a user does; returns how to remove it again. */
export function setup({ provide }: TestProject): () => void {
  const consumer = mkdtempSync(join(tmpdir(), 'rx-quotes-consumer-'));
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));

  const tarball = resolve('.tmp/package/rx-quotes.tgz');
  const rxjs = JSON.parse(readFileSync('node_modules/rxjs/package.json', 'utf8')) as { version: string };
  const quiet = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...quiet, tarball, `rxjs@${rxjs.version}`], { cwd: consumer, stdio: 'inherit' });

  provide('consumer', consumer);
  return () => rmSync(consumer, { recursive: true, force: true });
}
