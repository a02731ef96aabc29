import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { Pings } from '../../src/mqtt/transport/pings.js';

function watch() {
  const scheduler = new TestScheduler(() => undefined);
  const said: string[] = [];
  const pings = new Pings({
    clock: { timers: scheduler, io: scheduler },
    write: () => said.push('ping'),
    onResponsive: (responsive) => said.push(responsive ? 'responsive' : 'unresponsive'),
  });
  /** Does something at a time, in ms, to 10 s. */
  const run = (steps: Readonly<Record<number, () => void>>): readonly string[] => {
    scheduler.run(() => {
      for (const [time, step] of Object.entries(steps)) scheduler.schedule(step, Number(time));
      scheduler.schedule(() => {
        pings.end();
      }, 10_000);
      scheduler.flush();
    });
    return said;
  };
  return { scheduler, pings, said, run };
}

describe('pings', () => {
  it('are answered in the order in which they were asked, with those of others among them', () => {
    const { pings, said } = watch();
    pings.ask().subscribe({ complete: () => said.push('one') });
    pings.sent();
    pings.ask().subscribe({ complete: () => said.push('three') });
    pings.answer();
    pings.answer();
    expect(said).toEqual(['ping', 'ping', 'one']);
    pings.answer();
    expect(said).toEqual(['ping', 'ping', 'one', 'three']);
    pings.end();
  });

  it('take no answer for more than it answers', () => {
    const { pings, said } = watch();
    pings.answer();
    pings.ask().subscribe({ complete: () => said.push('answered') });
    expect(said).toEqual(['ping']);
    pings.answer();
    expect(said).toEqual(['ping', 'answered']);
    pings.end();
  });

  it('say that the peer is unresponsive 1.5 s after one without an answer, and responsive with the first byte', () => {
    const { pings, scheduler, said, run } = watch();
    const note = (): void => void said.push(String(scheduler.now()));
    run({ 1000: () => pings.sent(), 2499: note, 2501: note, 5000: () => pings.onBytes(), 5001: () => pings.onBytes() });
    expect(said).toEqual(['2499', 'unresponsive', '2501', 'responsive']);
  });

  it('are not overdue while something else comes, nor after their answer', () => {
    const first = watch();
    expect(first.run({ 1000: () => first.pings.sent(), 2000: () => first.pings.onBytes() })).toEqual([]);
    const second = watch();
    expect(second.run({ 1000: () => second.pings.sent(), 1001: () => second.pings.answer() })).toEqual([]);
  });

  it('are not overdue when the answer lay in the socket while the thread was blocked', () => {
    const { pings, run } = watch();
    // Read in the turn that the overdue one waits for.
    expect(
      run({
        0: () => pings.sent(),
        1500: () => {
          pings.onBytes();
          pings.answer();
        },
      }),
    ).toEqual([]);
  });

  it('leave no timer and nobody answered after the end', () => {
    const { pings, said, run } = watch();
    run({
      0: () => {
        pings.ask().subscribe({ complete: () => said.push('answered') });
        pings.end();
        pings.answer();
      },
    });
    expect(said).toEqual(['ping']);
  });
});
