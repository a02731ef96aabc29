import { Subject } from 'rxjs';
import type { Screen } from '../../src/cli/terminal/screen.js';
import type { Size } from '../../src/cli/table/frame.js';

/** A screen that obeys control sequences, so that a test can look at it. */
export interface FakeScreen extends Screen {
  readonly write: (text: string) => void;
  /** The text that can be read now, without spaces at the ends of lines and empty lines at the end. */
  readonly text: () => string;
  /** Parts that are shown dim. */
  readonly dim: () => string;
  readonly resize: (size: Size) => void;
  readonly isEntered: () => boolean;
  /** Whether ever something was written where there is no room. */
  readonly isOverfull: () => boolean;
  /** Pieces of text written so far. */
  readonly writes: () => number;
}

function widthOfLetter(letter: string): number {
  if (/\p{M}/u.test(letter)) return 0;
  return /\p{Script=Han}/u.test(letter) ? 2 : 1;
}

/** Knows CUP, EL, ED and SGR; anything else is shown, and fails the comparison. A long line loses what has no room. */
export function fakeScreen(initial: Size): FakeScreen {
  let [size, row, column, style] = [initial, 0, 0, ''];
  let [isEntered, isOverfull, writes] = [false, false, 0];
  let cells: { letter: string; style: string }[][] = [];
  const resized = new Subject<void>();

  const obey = (parameters: string, command: string): void => {
    if (command === 'H') [row, column] = parameters.split(';').map((text) => Number(text) - 1) as [number, number];
    else if (command === 'J') cells = [];
    else if (command === 'K') cells[row]?.splice(column);
    else style = parameters;
  };
  const put = (letter: string): void => {
    const line = (cells[row] ??= []);
    while (line.length < column) line.push({ letter: ' ', style: '' });
    if (column < size.columns && row < size.rows) line[column] = { letter, style };
    column += widthOfLetter(letter);
    isOverfull ||= column > size.columns || row >= size.rows;
  };
  const lines = (shown: (cell: { letter: string; style: string }) => string): string =>
    Array.from(cells.keys(), (at) => (cells[at] ?? []).map(shown).join('').trimEnd())
      .join('\n')
      .trimEnd();

  return {
    size: () => size,
    resized$: resized,
    showsErrors: true,
    enter: () => {
      isEntered = true;
    },
    leave: () => {
      isEntered = false;
    },
    isEntered: () => isEntered,
    isOverfull: () => isOverfull,
    writes: () => writes,
    write: (text) => {
      writes += 1;
      for (const [, parameters, command, letter] of text.matchAll(/\u001b\[([\d;]*)([HJKm])|([^])/gu)) {
        if (command === undefined) put(letter!);
        else obey(parameters!, command);
      }
    },
    text: () => lines(({ letter }) => letter),
    dim: () => lines((cell) => (cell.style === '2' ? cell.letter : ' ')),
    resize: (next) => {
      size = next;
      resized.next();
    },
  };
}
