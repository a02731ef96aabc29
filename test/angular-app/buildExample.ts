import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folder that the Angular CLI has built from `examples/angular`, and all that it printed. */
    angularExample: { readonly folder: string; readonly printed: string };
  }
}

/** Installs a copy of `examples/angular` with the packed tarball, as its lock file has it, and builds it for production. */
export function setup({ provide }: TestProject): void {
  const copy = '.tmp/examples/angular';
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  const own = (path: string): boolean => !/\/(node_modules|dist|\.angular)$|\.tgz$/.test(path);
  cpSync('examples/angular', copy, { recursive: true, filter: own });
  copyFileSync('.tmp/package/rx-quotes.tgz', `${copy}/rx-quotes.tgz`);
  // `vitest` sets NODE_ENV, and the CLI builds for users.
  const env = { ...process.env, NODE_ENV: 'production', NG_CLI_ANALYTICS: 'false', CI: 'true', NO_COLOR: '1' };
  const npm = (...args: readonly string[]): string => {
    const { status, stdout, stderr } = spawnSync('npm', args, { cwd: copy, env, encoding: 'utf8' });
    console.log(stdout + stderr);
    if (status !== 0) throw new Error(`npm ${args.join(' ')} failed`);
    return stdout + stderr;
  };
  npm('ci', '--include=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error');
  provide('angularExample', { folder: `${copy}/dist/quotes`, printed: npm('run', '--silent', 'build') });
}
