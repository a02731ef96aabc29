/** Control sequences of ECMA-48; those with a question mark are from xterm. */
const CSI = '\u001b[';

/** Select graphic rendition, ECMA-48 8.3.117. */
const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 } as const;

/** How a piece of text looks. */
export type Style = keyof typeof styles;

/** Gives text a style; without colours it returns the text unchanged. */
export type Paint = (style: Style, text: string) => string;

/** Makes the function that colours text; for a terminal without colours it returns the text unchanged. */
export function painter(colours: boolean): Paint {
  return (style, text) => (colours ? `${CSI}${String(styles[style])}m${text}${CSI}0m` : text);
}

/** Switches to the alternate screen without a cursor; the content of the main screen is kept. */
export const enterScreen: string = `${CSI}?1049h${CSI}?25l${CSI}2J`;
/** Switches back to the main screen, with cursor and plain text. */
export const leaveScreen: string = `${CSI}0m${CSI}?25h${CSI}?1049l`;
/** Erases the screen. */
export const eraseScreen: string = `${CSI}2J`;
/** Erases the rest of the line. */
export const eraseLine: string = `${CSI}K`;

/** Moves the cursor to the first column of a row; the first row is 1. */
export function toRow(row: number): string {
  return `${CSI}${String(row)};1H`;
}
