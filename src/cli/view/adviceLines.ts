import type { Clock } from '../../model/clock.js';
import { timeOfDay } from './figures.js';
import type { Advice } from './advice.js';
import { adviceText } from './adviceText.js';

/** The width of lines in a log, which people read in terminals and editors. */
const WIDTH = 100;

/** Writes each problem with its remedies as lines, once while it stands. */
export function adviceLines(
  write: (text: string) => void,
  clock: Pick<Clock, 'now'>,
): (present: readonly Advice[]) => void {
  let standing: ReadonlySet<string> = new Set();
  return (present) => {
    const time = `${timeOfDay(clock.now())} `;
    for (const one of present) {
      if (standing.has(one.key)) continue;
      const lines = adviceText(one, WIDTH - time.length);
      write(lines.map((line, index) => `${index === 0 ? time : ' '.repeat(time.length)}${line}\n`).join(''));
    }
    standing = new Set(present.map(({ key }) => key));
  };
}
