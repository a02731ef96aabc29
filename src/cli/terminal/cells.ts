/** Characters that control a terminal or are invisible: they could break the table or make it show wrong text. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;
/** Combining characters, which take no cell of their own. */
const MARKS = /\p{M}/u;
/** Characters that take two cells: letters of these scripts and full-width forms (Unicode TR 11). */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;

function widthOfLetter(letter: string): number {
  if (MARKS.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** Text that is safe to print: text from a broker must not move the cursor. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

/** The number of cells that a text takes in a terminal. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += widthOfLetter(letter);
  return width;
}

/** The text in at most `width` cells; `…` replaces the rest. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  let [kept, taken] = ['', 0];
  for (const letter of text) {
    taken += widthOfLetter(letter);
    if (taken > width - 1) break;
    kept += letter;
  }
  return width > 0 ? `${kept}…` : '';
}

/** The text in exactly `width` cells. */
export function fit(text: string, width: number, align: 'left' | 'right'): string {
  const shown = cut(text, width);
  const space = ' '.repeat(width - widthOf(shown));
  return align === 'left' ? `${shown}${space}` : `${space}${shown}`;
}
