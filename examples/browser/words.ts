import type { Gap } from 'rx-quotes';

/** Time of day, for people. */
const clockTime = (ms: number): string => new Date(ms).toLocaleTimeString('en-GB');

/** Describes the prices that may have been missed, for the line below the prices. */
export function gapText({ phase, lostAt, recoveredAt = lostAt }: Gap): string {
  return phase === 'open'
    ? `Link lost at ${clockTime(lostAt)}: prices are as of then.`
    : `Prices from ${clockTime(lostAt)} to ${clockTime(recoveredAt)} were missed. Each symbol is live with its own next price.`;
}
