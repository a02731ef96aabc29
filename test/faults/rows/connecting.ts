import { createServer } from 'node:net';
import { startSilentTcp, startServer } from '../../contract/silentServer.js';
import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';

/** A name that fails without a resolver: one of its labels is longer than allowed (RFC 1035, 2.3.4). */
const NO_NAME = `mqtt://${'x'.repeat(64)}.invalid:1883`;

/** The code of a CONNACK, or none at all. */
const connacks: readonly FaultRow[] = (
  [
    [3, 'venue RXQ_VENUE'],
    [4, 'auth RXQ_AUTH, rejected'],
    [5, 'auth RXQ_AUTH, rejected'],
  ] as const
).map(([code, expect]) => ({
  fault: `CONNACK ${code} for a minute`,
  brokers: both,
  expect,
  deadline: deadlines.connack,
  quick: code === 5,
  run: async (scene) => {
    const proxy = await scene.proxied();
    const mend = proxy.rule({ packet: 'connack', action: { kind: 'replace', bytes: Uint8Array.of(0x20, 2, 0, code) } });
    scene.fault();
    scene.subscribe();
    await scene.untilReported();
    await scene.minuteThenCure(mend);
  },
}));

/** The feed is not connected yet, and can't be. */
export const connecting: readonly FaultRow[] = [
  {
    fault: 'refused for a minute, then up',
    brokers: both,
    expect: 'network RXQ_NETWORK',
    deadline: deadlines.refused,
    quick: true,
    run: async (scene) => {
      const proxy = await scene.proxied();
      proxy.refuse();
      scene.fault();
      scene.subscribe();
      await scene.untilReported();
      await scene.minuteThenCure(() => proxy.accept());
    },
  },
  {
    fault: 'name does not resolve, then the next host',
    brokers: both,
    expect: 'network RXQ_NETWORK',
    deadline: deadlines.name,
    run: async (scene) => {
      const { url, login } = scene.far;
      scene.fault();
      scene.subscribe({ endpoint: ({ number }) => (number === 0 ? { url: NO_NAME } : { url, ...login }) });
      await scene.untilReported();
      await scene.recovered();
    },
  },
  {
    fault: 'accepted and silent for a minute',
    brokers: both,
    expect: 'timeout RXQ_TIMEOUT',
    deadline: deadlines.unanswered,
    run: async (scene) => {
      const { url, login } = scene.far;
      const silent = await startSilentTcp();
      scene.finally(() => silent.stop());
      let target = `mqtt://127.0.0.1:${silent.port}`;
      scene.fault();
      scene.subscribe({ endpoint: () => ({ url: target, ...login }) });
      await scene.untilReported('skipping');
      await scene.minuteThenCure(() => {
        target = url;
      });
    },
  },
  ...connacks,
  {
    fault: 'CONNACK never',
    brokers: both,
    expect: 'timeout RXQ_TIMEOUT',
    deadline: deadlines.unanswered,
    run: async (scene) => {
      const proxy = await scene.proxied();
      const mend = proxy.rule({ packet: 'connack', action: { kind: 'drop' } });
      scene.fault();
      scene.subscribe();
      await scene.untilReported('skipping');
      await scene.minuteThenCure(mend);
    },
  },
  {
    fault: 'accepted and dropped for a minute',
    brokers: both,
    expect: 'network RXQ_NETWORK',
    deadline: deadlines.cut,
    quick: true,
    run: async (scene) => {
      const { url, login } = scene.far;
      const dropping = await startServer(createServer(), (socket) => socket.destroy());
      scene.finally(() => dropping.stop());
      let target = `mqtt://127.0.0.1:${dropping.port}`;
      scene.fault();
      scene.subscribe({ endpoint: () => ({ url: target, ...login }) });
      await scene.untilReported();
      await scene.minuteThenCure(() => {
        target = url;
      });
    },
  },
];
