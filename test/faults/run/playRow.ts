import process from 'node:process';
import type { Broker } from '../broker.js';
import type { FaultRow } from '../faultRow.js';
import type { Promised, Verdict } from '../judge/verdict.js';
import { verdict } from '../judge/verdict.js';
import type { Far } from '../scene/far.js';
import { mosquittoFar } from '../scene/mosquittoFar.js';
import { remoteFar } from '../scene/remoteFar.js';
import { Scene } from '../scene/scene.js';
import { simulatedFar } from '../scene/simulatedFar.js';

const SYMBOLS = 10;

/** The promises of a row against one of its brokers. */
export function promisedBy({ fault, expect, deadline, recovers = true }: FaultRow, broker: Broker): Promised {
  return { fault, broker, expect, recovers, ...(deadline === undefined ? {} : { deadline: deadline.within }) };
}

function farOf({ symbols = SYMBOLS, rate, venue = {}, certificate = {} }: FaultRow, broker: Broker): Promise<Far> {
  if (rate !== undefined) return remoteFar(process.argv[1]!, { far: broker, symbols });
  return broker === 'simulated' ? simulatedFar(symbols, venue) : mosquittoFar(symbols, certificate);
}

/** Runs a row in this process, and judges it. If a row throws, the error is its result. An abort stops its far side. */
export async function playRow(row: FaultRow, broker: Broker, signal?: AbortSignal): Promise<Verdict> {
  const far = await farOf(row, broker);
  signal?.addEventListener('abort', () => void far.stop());
  const scene = new Scene(broker, far, row.rate);
  try {
    await row.run(scene);
  } catch (error) {
    scene.note(error instanceof Error ? error.message : String(error));
  }
  return verdict(promisedBy(row, broker), await scene.end());
}
