import type { Book, FeedUpdate, Gap, Tagged, TopOfBook } from '../events.js';

/** What is watched: quotes at depth 1, gaps, states of symbols without a quote. */
export type Update = FeedUpdate;

/** How to write a line. */
export interface LineOptions {
  readonly colours: boolean;
  /** Longest symbol, in characters. */
  readonly width: number;
}

/** Select graphic rendition, ECMA-48 8.3.117. */
const styles = { dim: 2, red: 31, green: 32 } as const;

const prices = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 9,
  useGrouping: false,
});
const volumes = new Intl.NumberFormat('en-US');

/** Local time of day, with milliseconds. */
export function timeOfDay(time: number): string {
  const date = new Date(time);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function seconds(span: number): string {
  return `${(span / 1000).toFixed(1)} s`;
}

function level(price: number, volume: number): string {
  const shown = Number.isNaN(price) ? '–' : prices.format(price);
  return `${shown.padStart(8)} × ${volumes.format(volume).padEnd(10)}`;
}

function gapLine({ phase, cause, fromEpoch, toEpoch, lostAt, recoveredAt = lostAt, topics }: Gap): string {
  const count = `${String(topics.length)} ${topics.length === 1 ? 'topic' : 'topics'}`;
  const text =
    phase === 'open'
      ? `GAP OPEN (${cause}): from epoch ${String(fromEpoch)} on, images of ${count} may be missing`
      : `GAP CLOSED (${cause}): epoch ${String(toEpoch)} after ${seconds(recoveredAt - lostAt)}; each symbol recovers with its next image`;
  return `──── ${text} ────`;
}

function quoteLine(quote: Tagged<TopOfBook | Book>, now: number): string {
  const age = quote.change === 'image' ? '' : `  unchanged for ${seconds(now - quote.receivedAt)}`;
  const note = quote.replayed === 'retained' ? '  of unknown age' : age;
  const { bid, bidVolume, ask, askVolume, state, market, epoch } = quote;
  const trust = `${state.padEnd(8)} ${market.padEnd(8)} epoch ${String(epoch)}`;
  return `${level(bid, bidVolume)} ${level(ask, askVolume)} ${trust}${note}`;
}

/** One update as a line for a person; `●` stands before a live price, `○` before one that is dead or not there. */
export function updateLine(update: Update, now: number, { colours, width }: LineOptions): string {
  const paint = (style: keyof typeof styles, text: string): string =>
    colours ? `\u001b[${String(styles[style])}m${text}\u001b[0m` : text;
  const time = timeOfDay(now);
  if (update.kind === 'gap') return paint(update.phase === 'open' ? 'red' : 'green', `${time}   ${gapLine(update)}`);
  const isLive = update.state === 'live';
  const rest = update.kind === 'quote' ? quoteLine(update, now) : `no quote yet: ${update.state}`;
  const line = `${time} ${isLive ? '●' : '○'} ${update.symbol.padEnd(width)} ${rest}`;
  return isLive ? line : paint('dim', line);
}
