import { heldOutLaws } from './heldOutLaws.js';
import { kinds } from './kinds.js';
import { type Law, laws } from './laws.js';
import { nameOf } from './nameOf.js';
import type { Options } from './options.js';

/** One judged day, as it is handed to a worker. */
export interface Job {
  readonly kind: string;
  readonly seed: number;
  readonly laws: readonly string[];
  readonly warmUp: number;
}

const quickKinds = ['status 20 s late', 'deaths, scattered', 'all dead'];

const named: ReadonlyMap<string, Law> = new Map([...laws, ...heldOutLaws].map((law) => [law.name, law]));

export function lawsOf({ laws: names }: Job): readonly Law[] {
  return names.map((name) => named.get(name)!);
}

/** The days of a run: each kind under each law, a seed each, and once more under all of them dealt out. */
export function jobsOf({ quick, heldOut, only, seed, warmUp }: Options): readonly Job[] {
  const among = (heldOut ? heldOutLaws : laws).map(({ name }) => name);
  const all = [...among.map((name) => [name]), among];
  // Those that are hardest to learn, each by itself.
  const settings = quick ? among.slice(-2).map((name) => [name]) : all;
  const pattern = new RegExp(only);
  return kinds
    .filter(({ name }) => !quick || quickKinds.includes(name))
    .flatMap(({ name }) =>
      settings
        .filter((chosen) => pattern.test(nameOf({ kind: name, laws: chosen })))
        .map((chosen) => ({
          kind: name,
          seed: seed + all.findIndex((one) => String(one) === String(chosen)),
          laws: chosen,
          warmUp,
        })),
    );
}
