/** One promise of a run, with the result and whether it holds. */
export interface Bound {
  readonly name: string;
  readonly found: string;
  readonly holds: boolean;
}

/** Waits until a condition holds, checked every 20 ms; fails after `within` ms. */
export async function until(condition: () => boolean, what: string, within = 60_000): Promise<void> {
  const end = performance.now() + within;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`not within ${String(within)} ms: ${what}`);
    await sleep(20);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
