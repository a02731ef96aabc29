/** Clocks on the wall of a time zone. Wall times are the UTC ms that would show the same date and hour. */
export interface WallTime {
  /** The time that the wall clock shows at an instant (ms since the Unix epoch), to the second. */
  wall(instant: number): number;
  /** The instant at which the wall clock shows this time. */
  instant(wall: number): number;
}

/** By the platform's time zone data: no offset is written down that a law could change. */
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
  // The offset at the wall time read as UTC may be that of the other side of a change of clocks: asked again nearer by.
  return { wall, instant: (shown) => shown - offset(shown - offset(shown)) };
}
