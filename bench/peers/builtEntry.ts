import { pathToFileURL } from 'node:url';

/** Loads an entry of a build of rx-quotes, e.g. `settrade/index.js`: the build that is measured may be older than this file. */
export function builtEntry(build: string, file: string): Promise<unknown> {
  return import(pathToFileURL(`${build}/dist/src/${file}`).href);
}
