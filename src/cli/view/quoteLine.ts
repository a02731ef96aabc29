import type { JsonQuote } from '../../jsonQuote.js';
import type { Tagged } from '../../model/quote.js';
import { painter } from '../terminal/ansi.js';
import { printable } from '../terminal/cells.js';
import { doubtOf } from './doubt.js';
import { priceText, seconds, timeOfDay, volumeText } from './figures.js';
import { gapText } from './gapText.js';
import type { ShownUpdate } from './view.js';

/** How to write a line. */
export interface LineOptions {
  readonly colours: boolean;
  /** Longest symbol, in characters. */
  readonly width: number;
}

function level(price: number, volume: number): string {
  return `${priceText(price).padStart(8)} × ${volumeText(volume).padEnd(10)}`;
}

function quoteLine(quote: Tagged<JsonQuote>, now: number): string {
  const age = quote.change === 'image' ? '' : `  unchanged for ${seconds(now - quote.receivedAt)}`;
  const note = quote.replayed === 'retained' || quote.replayed === 'first' ? '  of unknown age' : age;
  const { bid, bidVolume, ask, askVolume, state, market, epoch } = quote;
  const trust = `${(doubtOf(quote) ?? state).padEnd(8)} ${market.padEnd(8)} epoch ${String(epoch)}`;
  return `${level(bid, bidVolume)} ${level(ask, askVolume)} ${trust}${note}`;
}

/** One update as a line for a person; `●` stands before a live price, `○` before one that is dead, not to be
 * believed or not there. */
export function updateLine(update: ShownUpdate, now: number, { colours, width }: LineOptions): string {
  const paint = painter(colours);
  const time = timeOfDay(now);
  if (update.kind === 'gap')
    return paint(update.phase === 'open' ? 'red' : 'green', `${time}   ──── ${gapText(update)} ────`);
  const isGood = doubtOf(update) === undefined;
  const rest = update.kind === 'quote' ? quoteLine(update, now) : `no quote yet: ${update.state}`;
  const line = `${time} ${isGood ? '●' : '○'} ${printable(update.symbol).padEnd(width)} ${rest}`;
  return isGood ? line : paint('dim', line);
}
