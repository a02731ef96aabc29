import { describe, expect, it, vi } from 'vitest';
import { Habit } from '../../../src/feed/staleness/judge/habit.js';
import { explainTopic } from '../../../src/feed/staleness/judge/explainTopic.js';
import { MarketPool } from '../../../src/feed/staleness/judge/marketPool.js';
import { Track } from '../../../src/feed/staleness/judge/track.js';

const minute = 60_000;

/** A topic that is due once a second, and sends so many in each of these five minutes. */
function after(counts: readonly number[], noise = 1): Habit {
  const habit = new Habit();
  let seen = 0;
  habit.look(0, seen, 0.001, noise);
  for (const [index, count] of counts.entries()) {
    seen += count;
    habit.look((index + 1) * 5 * minute, seen, 0.001, noise);
  }
  return habit;
}

const repeat = (counts: readonly number[], times: number): readonly number[] =>
  Array.from({ length: times }, () => counts).flat();

describe('a topic tells of its market’s time', () => {
  it('all it can while it goes as the market does', () => {
    expect(after(repeat([300], 20)).follows).toBe(1);
    expect(new Habit().follows).toBe(1);
  });

  it('next to nothing when it is busy and calm at times of its own', () => {
    expect(after(repeat([600, 600, 600, 60, 60, 60], 6)).follows).toBeLessThan(0.2);
  });

  it('as before where what came is more and less by chance, from one span to the next', () => {
    expect(after(repeat([390, 210], 20)).follows).toBe(1);
  });

  it('nothing new within a span in which its messages are too few to tell, the more where they come in bursts', () => {
    const counts = repeat([600, 600, 600, 60, 60, 60], 6);
    expect(after(counts, 24).follows).toBeLessThan(0.2);
    expect(after(counts, 1_000).follows).toBe(1);
  });

  it('what it did before its market opened left out', () => {
    const habit = after(repeat([300], 4));
    habit.begin(60 * minute, 1_200);
    habit.look(65 * minute, 1_500, 0.001, 1);
    expect(habit.follows).toBe(1);
  });
});

/** A topic that is heard `usual` times a ms, and sent so many in each five minutes, in an hour in which its market goes five times as fast. */
function inLivelyHour(counts: readonly number[], usual: number): Track {
  const pool = new MarketPool('M');
  vi.spyOn(pool, 'speedNow', 'get').mockReturnValue(5);
  const track = new Track('one', pool);
  track.usual = usual;
  let seen = 0;
  for (const [index, count] of counts.entries()) {
    seen += count;
    track.habit.look((index + 1) * 5 * minute, seen, 0.001, 1);
  }
  return track;
}

/** How long it has been silent that was heard last ten seconds ago. */
function silentIn(track: Track): number {
  track.resume(4_000);
  track.pause(8_000);
  track.resume(60_000);
  track.pool.time.now += 50_000;
  return track.silence(66_000);
}

/** After how long a silence, by the clock, it is said to be told that 100 s of its market's time are too long. */
function saidOf(track: Track): number {
  vi.spyOn(track.pace, 'threshold', 'get').mockReturnValue(100_000);
  return explainTopic(track, { minAfter: 0, maxAfter: Infinity }).thresholdMs;
}

describe('a topic’s silence, when its market is livelier than usual,', () => {
  it('is longer by its market’s time', () => {
    const track = inLivelyHour(repeat([300], 20), 0.001);
    expect([silentIn(track), saidOf(track)]).toEqual([50_000, 20_000]);
  });

  it('is no longer than by the clock, but for what it was shut, where it goes its own way', () => {
    const track = inLivelyHour(repeat([600, 600, 600, 60, 60, 60], 6), 0.001);
    expect([silentIn(track), saidOf(track)]).toEqual([10_000, 100_000]);
  });

  it('is no longer than by the clock and half of that where it is heard too seldom to say which way it goes', () => {
    const track = inLivelyHour([], 1 / (5 * minute));
    expect([silentIn(track), saidOf(track)]).toEqual([15_000, 100_000 / 1.5]);
  });
});
