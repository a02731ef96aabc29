import { widthOf } from '../terminal/cells.js';

/** The first part of a word that fits into a width, and the rest. A letter that is wider than the width is not divided. */
function split(word: string, width: number): readonly [string, string] {
  let [head, taken] = ['', 0];
  for (const letter of word) {
    const more = widthOf(letter);
    if (head !== '' && taken + more > width) break;
    head += letter;
    taken += more;
  }
  return [head, word.slice(head.length)];
}

/**
 * Divides a text into lines of at most `width` cells, at spaces. A word that is wider than a line is divided, so that
 * nothing is lost.
 */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((one) => one !== '')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    let rest = word;
    while (widthOf(rest) > width) {
      const [head, tail] = split(rest, width);
      if (tail === '') break;
      lines.push(head);
      rest = tail;
    }
    line = rest;
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}
