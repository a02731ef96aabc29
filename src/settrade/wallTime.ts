/** Conversions for a time zone. A wall time is the UTC time in ms that shows the same date and hour. */
export interface WallTime {
  /** The wall time at an instant (ms since the Unix epoch), to the second. */
  wall(instant: number): number;
  /** The instant of a wall time. */
  instant(wall: number): number;
}

/** Uses the platform's time zone data, since a law may change an offset. */
export function wallTime(timeZone: string): WallTime {
  const format = new Intl.DateTimeFormat('en-US-u-ca-gregory-nu-latn', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const wall = (instant: number): number => {
    const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(instant)) shown[type] = Number(value);
    const { year = NaN, month = NaN, day, hour, minute, second } = shown;
    return Date.UTC(year, month - 1, day, hour, minute, second);
  };
  const offset = (instant: number): number => wall(instant) - Math.floor(instant / 1_000) * 1_000;
  // The first offset may be wrong near a change of clocks, so the second is computed at the corrected time.
  return { wall, instant: (shown) => shown - offset(shown - offset(shown)) };
}
