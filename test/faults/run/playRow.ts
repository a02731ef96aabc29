import type { Broker, FaultRow } from '../faultRow.js';
import type { Promised, Verdict } from '../judge/verdict.js';
import { verdict } from '../judge/verdict.js';
import { mosquittoFar } from '../scene/mosquittoFar.js';
import { Scene } from '../scene/scene.js';
import { simulatedFar } from '../scene/simulatedFar.js';

const SYMBOLS = 10;

/** What a row promises against one of its brokers. */
export function promisedBy({ fault, expect, deadline, recovers = true }: FaultRow, broker: Broker): Promised {
  return { fault, broker, expect, recovers, ...(deadline === undefined ? {} : { deadline: deadline.within }) };
}

/** Runs a row here and now, and judges it. A row that throws has that for what it got. */
export async function playRow(row: FaultRow, broker: Broker): Promise<Verdict> {
  const { symbols = SYMBOLS, venue = {}, certificate = {} } = row;
  const far = await (broker === 'simulated' ? simulatedFar(symbols, venue) : mosquittoFar(symbols, certificate));
  const scene = new Scene(broker, far);
  try {
    await row.run(scene);
  } catch (error) {
    scene.note(error instanceof Error ? error.message : String(error));
  }
  return verdict(promisedBy(row, broker), await scene.end());
}
