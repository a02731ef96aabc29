/** Control sequences of ECMA-48 (and, where a question mark stands, of xterm). */
const CSI = '\u001b[';

/** Select graphic rendition, ECMA-48 8.3.117. */
const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** How a piece of text looks. */
export type Style = keyof typeof styles;

/** Gives text a style; or leaves it as it is, where colours are not wanted. */
export type Paint = (style: Style, text: string) => string;

/** Makes the function that colours text; it changes nothing for a terminal without colours. */
export function painter(colours: boolean): Paint {
  return (style, text) => (colours ? `${CSI}${String(styles[style])}m${text}${CSI}0m` : text);
}

/** The second screen, without cursor; what was on the first stays there. */
export const enterScreen: string = `${CSI}?1049h${CSI}?25l${CSI}2J`;
/** Back to the first screen, with the cursor and plain text. */
export const leaveScreen: string = `${CSI}0m${CSI}?25h${CSI}?1049l`;
/** Erases the screen. */
export const eraseScreen: string = `${CSI}2J`;
/** Erases the rest of the line. */
export const eraseLine: string = `${CSI}K`;

/** To the first column of a row; the first row is 1. */
export function toRow(row: number): string {
  return `${CSI}${String(row)};1H`;
}
