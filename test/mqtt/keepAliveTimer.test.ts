import { Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { keepAliveTimer } from '../../src/mqtt/transport/keepAliveTimer.js';

interface Watch {
  readonly scheduler: TestScheduler;
  readonly pulse: { reads: number; ping: () => void; late: (by: number) => void };
  readonly beats: number[];
  readonly pings: number[];
  readonly lates: number[];
  readonly timer: ReturnType<typeof keepAliveTimer>;
}

/** A timer of MQTT.js that beats every 3 s, and what came of it in 30 s. */
function watch(live: (watch: Watch) => void): Watch {
  const scheduler = new TestScheduler(() => undefined);
  const pings: number[] = [];
  const lates: number[] = [];
  const pulse = {
    reads: 0,
    ping: (): unknown => pings.push(scheduler.now()),
    late: (by: number): unknown => lates.push(by),
  };
  const timer = keepAliveTimer({ timers: scheduler, io: scheduler }, pulse);
  const seen: Watch = { scheduler, pulse, beats: [], pings, lates, timer };
  scheduler.run(() => {
    const id = timer.set(() => {
      seen.beats.push(scheduler.now());
      if (seen.beats.length === 3) timer.clear(id);
    }, 3000);
    live(seen);
    scheduler.schedule(() => {
      timer.clear(id);
    }, 30_000);
    scheduler.flush();
  });
  return seen;
}

const hears = ({ scheduler, pulse }: Watch, ...times: readonly number[]): void => {
  for (const time of times) scheduler.schedule(() => (pulse.reads += 1), time);
};

describe('the keep-alive timer', () => {
  it('beats three times when nothing is heard: at the third the peer is given up', () => {
    const { beats, pings } = watch(() => undefined);
    expect(beats).toEqual([3000, 6000, 9000]);
    expect(pings).toEqual([]);
  });

  it('reads once more before the third beat, and what it hears then counts', () => {
    // Read in the turn that the third beat waits for: the answer lay in the socket while the loop was blocked.
    const { beats, pings } = watch((seen) => {
      hears(seen, 9000);
    });
    expect(beats).toEqual([3000, 6000, 12_000]);
    expect(pings).toEqual([9000]);
  });

  it('asks again instead, as long as anything was heard since it asked', () => {
    const { beats, pings } = watch((seen) => {
      hears(seen, 6001, 8999, 10_000, 14_000);
    });
    expect(beats).toEqual([3000, 6000, 18_000]);
    expect(pings).toEqual([9000, 12_000, 15_000]);
  });

  it('takes nothing that was heard before it asked for an answer', () => {
    const { beats } = watch((seen) => {
      hears(seen, 100, 5999);
    });
    expect(beats).toEqual([3000, 6000, 9000]);
  });

  it('is still once it was cleared, between the third beat and its reading too', () => {
    const { beats } = watch(({ scheduler, timer }) => {
      scheduler.schedule(() => {
        timer.clear(1);
      }, 9000);
    });
    expect(beats).toEqual([3000, 6000]);
  });

  it('tells by how much a beat was late, and times the next one from then', () => {
    let now = 0;
    const due: { work: () => void; at: number }[] = [];
    const timers = {
      now: () => now,
      schedule(work: (this: { schedule: () => void }) => void, delay = 0) {
        const action = { schedule: () => due.push({ work: run, at: now + delay }) };
        const run = (): void => {
          work.call(action);
        };
        due.push({ work: run, at: now + delay });
        return new Subscription();
      },
    };
    const lates: number[] = [];
    const pulse = { reads: 0, ping: () => undefined, late: (by: number) => lates.push(by) };
    const timer = keepAliveTimer({ timers: timers as never, io: timers as never }, pulse);
    timer.set(() => undefined, 3000);
    for (const at of [3000, 6000, 69_000, 72_000]) {
      now = at;
      due.shift()?.work();
    }
    expect(lates).toEqual([60_000]);
  });
});
