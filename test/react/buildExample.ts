import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The folders of `examples/react` as Vite builds it: for users, and with React's checks of development. */
    reactExample: { readonly production: string; readonly development: string };
  }
}

/** Installs a copy of `examples/react` with the packed tarball, as its lock file has it, and builds it twice. */
export function setup({ provide }: TestProject): void {
  const copy = '.tmp/examples/react';
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync('examples/react', copy, { recursive: true, filter: (path) => !/\/(node_modules|dist)$|\.tgz$/.test(path) });
  copyFileSync('.tmp/package/rx-quotes.tgz', `${copy}/rx-quotes.tgz`);
  const npm = (args: readonly string[], mode: 'production' | 'development'): void => {
    execFileSync('npm', args, { cwd: copy, stdio: 'inherit', env: { ...process.env, NODE_ENV: mode } });
  };
  npm(['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'], 'production');
  npm(['run', '--silent', 'build'], 'production');
  npm(['run', '--silent', 'build', '--', '--mode', 'development', '--outDir', 'dist-development'], 'development');
  provide('reactExample', { production: `${copy}/dist`, development: `${copy}/dist-development` });
}
