import { settrade, type SettradeConfig } from '../../../src/settrade/index.js';
import type { VenueFault } from '../../../src/testing/index.js';
import type { VenueStep } from '../../../src/testing/venue/rest/venueFault.js';
import { AT_ONCE, deadlines } from '../deadlines.js';
import type { FaultRow } from '../faultRow.js';
import type { Scene } from '../scene/scene.js';

/** Subscribes by signing in to the simulated venue; calls for a token are counted. */
function signInTo(scene: Scene, config: () => Partial<SettradeConfig> = () => ({})): void {
  const { appId, appSecret, appCode, brokerId, restUrl } = scene.far.venue!;
  const make = (more: Partial<SettradeConfig>): ReturnType<typeof settrade> =>
    settrade({
      ...{ appId, appSecret, appCode, brokerId, baseUrl: restUrl, onSubscribe: 'nothing', clock: scene.clock },
      fetch: (url, init) => {
        if (!url.endsWith('/token')) scene.tokenFetches.push(scene.now());
        return fetch(url, init);
      },
      ...more,
    });
  const given = make(config());
  // A corrected configuration is another venue for the sign-in; until then the first one is used.
  let mended: ReturnType<typeof settrade> | undefined;
  scene.subscribe({
    venue: {
      ...given,
      endpoints: (request) => {
        if (Object.keys(config()).length > 0) return given.endpoints(request);
        mended ??= make({});
        return mended.endpoints(request);
      },
    },
  });
}

const broken: readonly (readonly [string, VenueStep, VenueFault, expect: string])[] = [
  ['sign-in answered with 500', 'login', { kind: 'status', status: 500 }, 'venue RXQ_VENUE'],
  ['sign-in answered with HTML', 'login', { kind: 'not-json' }, 'protocol RXQ_PROTOCOL, rejected'],
  ['sign-in never answered', 'login', { kind: 'hang' }, 'timeout RXQ_TIMEOUT'],
  ['dispatcher names no hosts', 'dispatcher', { kind: 'hosts', hosts: [] }, 'venue RXQ_VENUE'],
];

/** The venue's clock does not skip time with the feed's clock. */
const venue = { timestampTolerance: 1e9 };

/** Signing in to the simulated venue goes wrong for a minute. */
export const signIn: readonly FaultRow[] = [
  {
    fault: 'secret wrong, for a minute',
    brokers: ['simulated'],
    expect: 'auth RXQ_AUTH, rejected',
    deadline: { within: AT_ONCE },
    quick: true,
    venue,
    run: async (scene) => {
      let wrong: Partial<SettradeConfig> = { appSecret: Buffer.alloc(32, 7).toString('base64') };
      scene.fault();
      signInTo(scene, () => wrong);
      await scene.untilReported();
      await scene.minuteThenCure(() => {
        wrong = {};
      });
    },
  },
  {
    fault: 'clock off, for a minute',
    brokers: ['simulated'],
    expect: 'auth RXQ_AUTH, rejected, said to be the clock',
    deadline: { within: AT_ONCE },
    venue: { timestampTolerance: 1_000_000 },
    run: async (scene) => {
      scene.far.venue!.clockOffset = 2_000_000;
      scene.fault();
      signInTo(scene);
      await scene.untilReported();
      await scene.minute();
      const rejected = scene.states.find((state) => state.status === 'rejected');
      if (rejected !== undefined) scene.note('rejected');
      if (rejected?.reason.message.includes('clock is') === true) scene.note('said to be the clock');
      await scene.cure(() => {
        scene.far.venue!.clockOffset = 0;
      });
      await scene.recovered();
    },
  },
  ...broken.map(
    ([what, step, fault, expect]): FaultRow => ({
      fault: `${what} for a minute`,
      brokers: ['simulated'],
      expect,
      deadline: fault.kind === 'hang' ? deadlines.credentials : { within: AT_ONCE },
      venue,
      run: async (scene) => {
        const mend = scene.far.venue!.fail(step, fault);
        scene.fault();
        signInTo(scene);
        await scene.untilReported(fault.kind === 'hang' ? 'skipping' : 'real');
        await scene.minuteThenCure(mend);
      },
    }),
  ),
];
