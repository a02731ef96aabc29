import type { Cost, CostName } from './costs/cost.js';
import type { Surroundings } from './runRound.js';
import { startWorker } from './worker.js';

/** The job of a process that measures a cost. */
export interface CostJob {
  readonly role: 'cost';
  readonly cost: CostName;
  /** Folder of a build of rx-quotes. */
  readonly build: string;
}

/** One round of a cost: the figures of its rows by their names. */
export async function runCost(
  { name, patience }: Pick<Cost, 'patience'> & { readonly name: CostName },
  { program, build }: Pick<Surroundings, 'program' | 'build'>,
): Promise<Readonly<Record<string, number>>> {
  const job: CostJob = { role: 'cost', cost: name, build };
  const worker = startWorker(program, `the cost "${name}"`, job, ['--expose-gc']);
  try {
    return (await worker.answer(patience)) as Readonly<Record<string, number>>;
  } finally {
    worker.stop();
  }
}
