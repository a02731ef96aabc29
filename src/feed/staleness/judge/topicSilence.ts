import type { Limits, Verdict } from './silenceJudge.js';
import type { Track } from './track.js';

/** The default rule, in ms, for what has not been heard often enough to be known. */
const unlearnedAfter = 60_000;

/** Between two looks at a topic, in ms: its market's time may go so many times as fast as it does now. */
export const shortest = 250;
const longest = 60_000;
const faster = 1.5;

/** A market that was not heard for so long, in ms, rests. */
const restAfter = 5_000;

/** Where it is not known whether a market is shut, its time runs at this part of its usual speed at least. */
const doubtful = 0.1;

/** Says what is to be said of one topic's silence; how long, in ms, until it is to be looked at again. */
export function lookAtTopic(
  track: Track,
  now: number,
  verdicts: Verdict[],
  guided: boolean,
  { minAfter, maxAfter }: Limits,
): number {
  const { topic, pool, market } = track;
  const { threshold, quietAfter } = track.pace;
  if (!track.judged || track.told === 'stale' || track.after !== undefined) return Infinity;
  const wall = now - track.lastAt;
  const known = threshold < Infinity && (market === 'unknown' || pool.awake);
  const silent = Math.max(track.silence(now), market === 'unknown' ? doubtful * usualSpeed(track) * wall : 0);
  const beyondNormal = known ? silent >= threshold && wall >= minAfter : market === 'unknown' && wall >= unlearnedAfter;
  if (beyondNormal || wall >= maxAfter) {
    stop(track);
    verdicts.push({ scope: 'topic', topic });
    return Infinity;
  }
  if (track.told === 'nothing' && (known ? silent >= quietAfter && wall >= minAfter : wall >= unlearnedAfter)) {
    track.told = 'quiet';
    verdicts.push({ scope: 'quiet', topic });
  }
  if (!known) return Math.min(maxAfter - wall, track.told === 'nothing' ? unlearnedAfter - wall : Infinity);
  const left = (track.told === 'nothing' ? quietAfter : threshold) - silent;
  const soonest = Math.max(shortest, minAfter - wall);
  return Math.min(maxAfter - wall, left <= 0 ? soonest : Math.max(soonest, passesIn(track, now, left, guided)));
}

/** In how many ms so much of its time has passed, at the earliest, or it is to be asked again. */
function passesIn(track: Track, now: number, time: number, guided: boolean): number {
  const { pool, market, pace, byClock } = track;
  // Its time can be foreseen while nobody tells it.
  if (!guided && pool.idle && !(now - pool.lastAt < restAfter)) {
    pool.rested = true;
    return time / (usualSpeed(track) * Math.max(pool.time.byClock, market === 'unknown' ? doubtful : 0));
  }
  return Math.min(longest, pace === byClock ? time : time / (faster * Math.max(pool.speed / 2, pool.speedNow)));
}

/** How fast the time that it is judged by goes in the long run, against the clock. */
function usualSpeed({ pace }: Track): number {
  return pace.common.time.speed;
}

/** A topic is silent for who knows how long: its market's time goes on without it. */
export function stop(track: Track): void {
  track.told = 'stale';
  track.pool.time.remove(track);
}
