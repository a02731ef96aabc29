/**
 * Loads what only Node has, or an optional peer. The name is computed, so bundlers for browsers don't follow it: the
 * rest of the entry is of use there.
 */
export function nodeModule(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}
