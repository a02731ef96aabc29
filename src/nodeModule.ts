/**
 * Loads a module of Node or an optional peer. The name is computed, so that bundlers for browsers, which can use the
 * rest of the entry, don't follow it.
 */
export function nodeModule(name: string): Promise<unknown> {
  return import(/* @vite-ignore */ /* webpackIgnore: true */ name);
}
