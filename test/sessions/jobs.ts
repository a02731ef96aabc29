import { heldOutLaws } from './heldOutLaws.js';
import { kinds } from './kinds.js';
import { type Law, laws } from './laws.js';
import { nameOf } from './nameOf.js';
import type { Options } from './options.js';

/** Days that one judge sees one after the other, as they are handed to a worker. */
export interface Job {
  readonly kinds: readonly string[];
  readonly seed: number;
  readonly laws: readonly string[];
  readonly warmUp: number;
  readonly symbols: number;
}

/** As many seeds are there, each with symbols of its own; every kind of day has each of them once, under another law. */
const seeds = 5;

const quickKinds = ['status 20 s late', 'deaths, scattered', 'all dead'];

const named: ReadonlyMap<string, Law> = new Map([...laws, ...heldOutLaws].map((law) => [law.name, law]));

export function lawsOf({ laws: names }: Job): readonly Law[] {
  return names.map((name) => named.get(name)!);
}

/** The days of a run: each kind under each law, and once more under all of them dealt out. */
export function jobsOf({ quick, heldOut, only, seed, warmUp, symbols }: Options): readonly Job[] {
  const among = (heldOut ? heldOutLaws : laws).map(({ name }) => name);
  const settings = [...among.map((name) => [name]), among];
  const pattern = new RegExp(only);
  return settings.flatMap((chosen, setting) =>
    Array.from(
      { length: seeds },
      (_, number): Job => ({
        kinds: kinds
          .filter((__, kind) => (kind + setting) % seeds === number)
          // A quick run has only two laws, those that are hardest to learn, each by itself.
          .filter(({ name }) => !quick || (quickKinds.includes(name) && (setting === 2 || setting === 3)))
          .map(({ name }) => name)
          .filter((kind) => pattern.test(nameOf({ kind, laws: chosen }))),
        seed: seed + number,
        laws: chosen,
        warmUp,
        symbols,
      }),
    ).filter((job) => job.kinds.length > 0),
  );
}
