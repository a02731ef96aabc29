/** Characters that a terminal obeys or doesn't show: they would break the table, and it would show wrong things. */
const CONTROLS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;
/** Stand on the letter before them. */
const MARKS = /\p{M}/u;
/** As wide as two others in terminals: letters of these scripts and their full-width forms, Unicode TR 11. */
const WIDE = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u;

function widthOfLetter(letter: string): number {
  if (MARKS.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** Text as a terminal may get it: a broker's words must not move its cursor. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '\ufffd');
}

/** How many cells of a terminal a text takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += widthOfLetter(letter);
  return width;
}

/** The text in so many cells at most; what is cut off shows as `…`. */
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

/** The text in so many cells exactly. */
export function fit(text: string, width: number, align: 'left' | 'right'): string {
  const shown = cut(text, width);
  const space = ' '.repeat(width - widthOf(shown));
  return align === 'left' ? `${shown}${space}` : `${space}${shown}`;
}
