import type { Aedes } from 'aedes';
import { nodeModule } from '../nodeModule.js';

/** Loads aedes, an optional peer. The error for a missing aedes names `owner` and the command that installs it. */
export async function loadAedes(owner: string): Promise<typeof Aedes> {
  try {
    return ((await nodeModule('aedes')) as { readonly Aedes: typeof Aedes }).Aedes;
  } catch (cause) {
    throw new Error(`${owner} needs the optional peer aedes: npm install --save-dev aedes`, { cause });
  }
}
