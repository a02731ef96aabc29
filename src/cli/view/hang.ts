import { widthOf } from '../terminal/cells.js';
import { wrap } from './wrap.js';

/** Wraps a text after its first word or mark; all lines of the text begin in the same column. */
export function hang(mark: string, text: string, width: number): readonly string[] {
  const indent = widthOf(mark);
  // In a narrow terminal the indentation would leave no room.
  if (indent * 2 > width) return wrap(`${mark}${text}`, width);
  return wrap(text, width - indent).map((line, index) => `${index === 0 ? mark : ' '.repeat(indent)}${line}`);
}
