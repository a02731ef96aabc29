import process from 'node:process';
import { config, map } from 'rxjs';
import { concatMapBounded, QueueStats } from '../../../operators/index.js';
import { expectConserved } from '../../support/conserved.js';
import { both, type FaultRow } from '../faultRow.js';
import type { Scene } from '../scene/scene.js';

/** Longer than a peer that answers no ping is believed in: a link that pings can't get through dies in it. */
const LONG = 12_000;

/** The link held, whatever the consumer did. */
function noteLink(scene: Scene): void {
  scene.note(scene.feed.stats().attempts === 1 ? 'live' : 'the link was lost');
}

const busy = (ms: number): void => {
  const end = performance.now() + ms;
  while (performance.now() < end);
};

/** One of several consumers throws in its `next`, and RxJS reports it by its setting. */
const throwing: readonly FaultRow[] = (['uncaughtException', 'onUnhandledError'] as const).map((setting) => ({
  fault: `a consumer's next throws, reported by ${setting}`,
  brokers: both,
  expect: `${setting}, live`,
  run: async (scene) => {
    const reported: unknown[] = [];
    // The row has a process of its own: nothing else is caught here.
    if (setting === 'onUnhandledError') config.onUnhandledError = (error) => reported.push(error);
    else process.on('uncaughtException', (error) => reported.push(error));
    await scene.live();
    scene.fault(() => {
      scene.feed.quotes(scene.far.symbols).subscribe(() => {
        throw new Error('of a consumer');
      });
    });
    await scene.reportedBy(setting, () => reported.length > 1);
    await scene.pass(1_000);
    await scene.recovered();
    noteLink(scene);
  },
}));

/** Faults of consumers. */
export const consumers: readonly FaultRow[] = [
  {
    fault: 'a consumer takes 2 ms an image, twice the time there is',
    brokers: both,
    expect: 'live',
    symbols: 100,
    rate: 1_000,
    run: async (scene) => {
      scene.subscribe({
        through: (quotes$) =>
          quotes$.pipe(
            map((quote) => {
              busy(2);
              return quote;
            }),
          ),
      });
      scene.fault();
      await scene.pass(LONG);
      await scene.recovered();
      noteLink(scene);
    },
  },
  {
    fault: 'an asynchronous consumer takes 50 ms an image',
    brokers: both,
    expect: 'live',
    symbols: 100,
    rate: 1_000,
    run: async (scene) => {
      await scene.live();
      const stats = new QueueStats();
      const slowly = concatMapBounded(({ symbol }: { readonly symbol: string }) => scene.pass(50).then(() => symbol), {
        ...{ capacity: 50, stats },
      });
      let handed = 0;
      scene.fault(() => {
        scene.feed
          .quotes(scene.far.symbols)
          .pipe(slowly)
          .subscribe(() => {
            handed += 1;
          });
      });
      await scene.pass(LONG / 2);
      expectConserved(stats.snapshot());
      if (handed === 0) scene.note('nothing was handed out');
      await scene.recovered();
      noteLink(scene);
    },
  },
  {
    fault: "a consumer's operator throws",
    brokers: both,
    expect: 'its own error, live',
    quick: true,
    run: async (scene) => {
      let error: unknown;
      await scene.live();
      scene.fault(() => {
        const broken$ = scene.feed.quotes(scene.far.symbols).pipe(
          map(() => {
            throw new Error('of an operator');
          }),
        );
        broken$.subscribe({
          error: (reported: unknown) => {
            error = reported;
          },
        });
      });
      await scene.reportedBy('its own error', () => error !== undefined);
      await scene.pass(1_000);
      await scene.recovered();
      noteLink(scene);
    },
  },
  ...throwing,
];
