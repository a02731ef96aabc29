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

/** A span in ms as seconds. */
export function seconds(span: number): string {
  return `${(span / 1000).toFixed(1)} s`;
}

/** A price with all its decimals; a missing price is not shown as 0. */
export function priceText(price: number): string {
  return Number.isFinite(price) ? prices.format(price) : '–';
}

/** A volume or a count; a missing volume is not shown as 0. */
export function volumeText(volume: number): string {
  return Number.isFinite(volume) ? volumes.format(volume) : '–';
}

/** A number and its noun. */
export function counted(count: number, noun: string): string {
  return `${volumes.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}
