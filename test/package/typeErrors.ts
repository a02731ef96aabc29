import { execFile } from 'node:child_process';
import { resolve } from 'node:path';

/** The compiler's output for a project's folder or its `tsconfig.json`; empty when there is no error. */
export function typeErrors(project: string): Promise<string> {
  const tsc = resolve('node_modules/typescript/bin/tsc');
  return new Promise((settle) => {
    execFile(process.execPath, [tsc, '-p', project], (error, stdout, stderr) => {
      settle(error ? stdout + stderr + error.message : stdout);
    });
  });
}
