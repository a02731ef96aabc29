import { eraseLine, eraseScreen, toRow } from '../terminal/ansi.js';

/**
 * Shows the last frame on a screen. It writes only changed lines, so that a slow connection to a terminal is enough.
 */
export class Canvas {
  private readonly out: (text: string) => void;
  private shown: readonly string[] = [];

  constructor(out: (text: string) => void) {
    this.out = out;
  }

  /** Clears the screen and forgets what was shown on it. */
  erase(): void {
    this.shown = [];
    this.out(eraseScreen);
  }

  draw(lines: readonly string[]): void {
    let text = '';
    for (let row = 0; row < Math.max(lines.length, this.shown.length); row += 1) {
      const line = lines[row] ?? '';
      // The line is erased first: after a full line, a terminal may erase its last letter as "the rest".
      if (line !== (this.shown[row] ?? '')) text += `${toRow(row + 1)}${eraseLine}${line}`;
    }
    this.shown = lines;
    if (text !== '') this.out(text);
  }
}
