import { bufferCount, map, mergeMap, retry } from 'rxjs';
import { expect, it } from 'vitest';
import { defaultTransport } from '../../src/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import type { FaultRow } from './faultRow.js';
import { playRow } from './run/playRow.js';
import type { Scene, SceneFeed } from './scene/scene.js';

/** A row in which the connection is cut, with a feed that may be broken on purpose. */
const cut = (feed: SceneFeed, expect = 'network RXQ_NETWORK'): FaultRow => ({
  fault: 'cut',
  brokers: ['simulated'],
  expect,
  symbols: 20,
  run: async (scene) => {
    const proxy = await scene.proxied();
    await scene.live(feed);
    scene.fault(() => {
      proxy.refuse();
      proxy.now({ kind: 'reset' });
    });
    await scene.untilReported();
    // Skipped waits are over in no time: long enough in real time that images are sent meanwhile.
    await scene.pass(100);
    await proxy.accept();
    await scene.recovered();
    const end = scene.now() + 1_200;
    await scene.until(() => scene.now() > end, 'the loss is a second old');
  },
});

it('a correct feed passes the judge although images are missing', async () => {
  const verdict = await playRow(cut({}), 'simulated');
  expect(verdict).toMatchObject({ ok: true, unmarked: 0, regressions: 0, conserved: true });
  expect(verdict.missing).toBeGreaterThan(0);
});

it('a feed that stays live after a loss has unmarked images', async () => {
  const verdict = await playRow(
    cut({ through: (quotes$) => quotes$.pipe(map((quote) => ({ ...quote, state: 'live' as const }))) }),
    'simulated',
  );
  expect(verdict.unmarked).toBeGreaterThan(0);
  expect(verdict.ok).toBe(false);
});

it('a feed that changes the order has regressions', async () => {
  const reversed: SceneFeed = {
    through: (quotes$) =>
      quotes$.pipe(
        bufferCount(8),
        mergeMap((several) => several.reverse()),
      ),
  };
  const verdict = await playRow(
    {
      ...cut(reversed),
      symbols: 2,
      run: async (scene: Scene) => {
        scene.subscribe(reversed);
        await scene.until(() => scene.record.said.length > 16, 'enough was said');
      },
    },
    'simulated',
  );
  expect(verdict.regressions).toBeGreaterThan(0);
  expect(verdict.ok).toBe(false);
});

it('a feed that connects in a hot loop is detected', async () => {
  const connect = defaultTransport({ clock: systemClock });
  const verdict = await playRow(
    {
      ...cut({}),
      run: async (scene) => {
        const proxy = await scene.proxied();
        proxy.rule({ packet: 'connect', action: { kind: 'reset' } });
        scene.fault();
        scene.subscribe({ transport: (endpoint) => connect(endpoint).pipe(retry(20)) });
        await scene.untilReported();
      },
    },
    'simulated',
  );
  expect(verdict.connects60s).toBeGreaterThan(8);
  expect(verdict.ok).toBe(false);
});
