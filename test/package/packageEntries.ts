import { readFileSync } from 'node:fs';

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string>>;
}

/** The entries that need a peer besides rxjs when they are loaded. */
const peersOf: Readonly<Record<string, string>> = { 'rx-quotes/angular': '@angular/core' };

/** Names a user can import code from, as package.json has them: `rx-quotes`, `rx-quotes/operators`, … */
export function packageEntries(): readonly string[] {
  const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
  return Object.entries(exports)
    .filter(([, target]) => target.endsWith('.js'))
    .map(([entry]) => name + entry.slice(1));
}

/** The entries that load with rxjs as the only peer. */
export function entriesWithoutPeers(): readonly string[] {
  return packageEntries().filter((entry) => peersOf[entry] === undefined);
}
