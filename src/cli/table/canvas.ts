import { eraseLine, eraseScreen, toRow } from '../terminal/ansi.js';

/** Keeps a screen showing the last frame, writing the lines that are new only: a slow line to a terminal stays free. */
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
      // Erased first: after a full line a terminal may take "the rest" to be its last letter.
      if (line !== (this.shown[row] ?? '')) text += `${toRow(row + 1)}${eraseLine}${line}`;
    }
    this.shown = lines;
    if (text !== '') this.out(text);
  }
}
