import { readFileSync } from 'node:fs';
import type { Snippet } from './typeErrors.js';

/** The examples in a file's doc comments, as their readers see them. */
export function docExamples(file: string): Snippet[] {
  const blocks = readFileSync(file, 'utf8').matchAll(/@example\n \* ```ts\n([\s\S]*?)\n \* ```/g);
  return [...blocks].map(([, text = ''], index) => ({
    name: `${file}, example ${String(index + 1)}`,
    text: text.replace(/^ \* ?/gm, ''),
  }));
}
