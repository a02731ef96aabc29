import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RelayStats } from '../../../src/relay/relayTypes.js';
import type { SimulatedVenue } from '../../../src/testing/index.js';
import type { Endpoint } from '../../../src/model/transport.js';

/** A relay in a process of its own, which can be killed. */
export interface RelayProcess {
  /** Its counters. Ends the process if those of its feed do not add up. */
  stats(): Promise<{ readonly relay: RelayStats }>;
  /** Kills it without a goodbye. */
  kill(): void;
}

/** Starts a relay of all symbols of a simulated venue. Resolves when its link to the broker is live. */
export async function startRelayProcess(
  { appId, appSecret, appCode, brokerId, restUrl, symbols }: SimulatedVenue,
  broker: Endpoint,
  rate: number,
): Promise<RelayProcess> {
  const venue = { appId, appSecret, appCode, brokerId, baseUrl: restUrl };
  const file = fileURLToPath(new URL('relayChild.mjs', import.meta.url));
  const child = fork(file, [JSON.stringify({ venue, symbols, broker, rate })], { stdio: 'inherit' });
  const next = (type: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const onMessage = (message: { readonly type: string; readonly value?: unknown }): void => {
        if (message.type !== type) return;
        child.off('message', onMessage as never);
        resolve(message.value);
      };
      child.on('message', onMessage as never);
      child.once('exit', (code) => {
        reject(new Error(`the relay ended with code ${String(code)}`));
      });
    });
  await next('live');
  return {
    stats: async () => {
      const answer = next('stats');
      child.send('stats');
      return (await answer) as Awaited<ReturnType<RelayProcess['stats']>>;
    },
    kill: () => {
      child.removeAllListeners('exit');
      child.kill('SIGKILL');
    },
  };
}
