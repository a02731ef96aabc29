import { causes } from '../../src/playbook/registry.js';
import { Samples } from '../../src/playbook/samples.js';
import { takeSnapshot } from '../../src/playbook/snapshot.js';
import { type Standing, Tracker } from '../../src/playbook/tracker.js';
import { Window } from '../../src/playbook/window.js';
import { runFeed } from '../support/virtualFeed.js';
import { type Fault, idleProcess } from './faults.js';

/** The findings of a fault at each second, by the time in ms. */
export interface FaultRun {
  readonly findings: ReadonlyMap<number, readonly Standing[]>;
}

const second = 1_000;

/** Runs a fault in virtual time and reads the playbook each second, also after the cure. */
export function runFault({ config, symbols = ['AOT', 'PTT'], sends = () => true, ...fault }: Fault): FaultRun {
  const found = new Map<number, readonly Standing[]>();
  const [samples, tracker] = [new Samples(), new Tracker(causes)];
  const end = fault.at + (fault.clearBy === Infinity ? 0 : fault.clearBy);
  runFeed(
    end + 1,
    (virtual) => {
      const { feed, fake, clock, at } = virtual;
      if (symbols.length > 0) feed.quotes(symbols).subscribe();
      at(99, () => {
        if (fault.market !== 'none' && fake.connections.length > 0) fake.publish('market', 'open');
      });
      for (const [index, symbol] of symbols.entries()) {
        const gap = 500 + 7 * index;
        for (let time = 100 + index; time <= end; time += gap) {
          at(time, () => {
            if (sends(symbol, time)) fake.publish(`px/${symbol}`, '1');
          });
        }
      }
      fault.provoke?.(virtual);
      const read = (time: number): void => {
        const taken = takeSnapshot(feed, clock.now());
        if (taken === undefined) return;
        const quiet = { ...taken, process: idleProcess(time) };
        const snapshot = fault.reading?.(quiet, time) ?? quiet;
        found.set(time, tracker.update(new Window(snapshot, samples.before(snapshot.at))));
        samples.add(snapshot);
      };
      const times = new Set([fault.at, end]);
      for (let time = 0; time <= end; time += second) times.add(time);
      for (const time of times) {
        at(time, () => {
          read(time);
          if (time === fault.at) fault.cure?.(virtual);
        });
      }
    },
    config,
  );
  return { findings: found };
}

/** The codes at a time, in ms. */
export function codesAt({ findings }: FaultRun, time: number): readonly string[] {
  return (findings.get(time) ?? []).map(({ cause }) => cause.code);
}
