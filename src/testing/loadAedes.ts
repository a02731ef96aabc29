import type { Aedes } from 'aedes';
import { nodeModule } from '../nodeModule.js';

/** Loads aedes, an optional peer, for who needs it; the error of its absence says how to get it. */
export async function loadAedes(owner: string): Promise<typeof Aedes> {
  try {
    return ((await nodeModule('aedes')) as { readonly Aedes: typeof Aedes }).Aedes;
  } catch (cause) {
    throw new Error(`${owner} needs the optional peer aedes: npm install --save-dev aedes`, { cause });
  }
}
