import type { MarketPool } from './marketPool.js';
import type { Track } from './track.js';

/** Between two weighings, in ms at the market's usual speed. */
const weighEvery = 300_000;

/** Who follows so much tells how far a day is from others: a day that is half over is so for who is busiest in its other half. */
const tells = 0.5;

/** Finds out which topics go with their market, now and then: those tell its time. */
export function weighTopics(pool: MarketPool, tracks: ReadonlySet<Track>): void {
  const { time, byTime } = pool;
  if (pool.open === 0 || time.now - pool.weighedAt < weighEvery * pool.speed) return;
  pool.weighedAt = time.now;
  for (const { habit, seen, rate } of tracks) if (rate > 0) habit.look(time.now, seen, rate, byTime.noise.value);
  time.balance();
  const restless = byTime.restlessBy(
    [...tracks].flatMap(({ market, follows, byTime: { off } }) =>
      market === 'open' && follows > tells ? (off ?? []) : [],
    ),
  );
  for (const { habit, byTime: pace } of tracks) if (!habit.ownWay) pace.settle(restless);
}
