import { expect, test } from 'vitest';
import { checkRelayConfig } from '../../src/relay/relayConfig.js';
import { RunningRelay } from '../../src/relay/runningRelay.js';
import { runFeed } from '../support/virtualFeed.js';
import { FakeBroker } from './publishingRelay.js';

test('a relay of a real feed publishes a loss as status, then symbols; a recovery as status, then images', () => {
  runFeed(10_000, ({ feed, fake, clock, at }) => {
    const broker = new FakeBroker(() => clock.monotonic());
    const config = { feed, symbols: ['AOT', 'PTT'], broker: 'mqtt://127.0.0.1', format: 'json', clock } as const;
    const relay = new RunningRelay(checkRelayConfig(config), broker.open);
    relay.start();
    at(100, () => {
      fake.publish('px/AOT', '1');
      fake.publish('px/PTT', '2');
    });
    at(200, () => {
      broker.published.length = 0;
      fake.drop();
    });
    // The back-off is over, and the feed is live again.
    at(1_900, () => {
      fake.publish('px/AOT', '3');
    });
    at(1_950, () => {
      const lines = broker.published
        .map(({ topic, fields }) => {
          const { gap } = fields as { readonly gap?: object };
          const what = topic.includes('/relay/') ? (gap === undefined ? 'status' : 'status with gap') : topic.slice(-3);
          return `${what} ${String(fields['state'])} ${String(fields['epoch'])}`;
        })
        // Heartbeats, and reasons that change.
        .filter((line, index, all) => line !== all[index - 1]);
      expect(lines).toEqual([
        'status with gap lost 0',
        'AOT suspect 0',
        'PTT suspect 0',
        'status with gap lost 0',
        'status with gap lost 1',
        'status live 1',
        'AOT live 1',
      ]);
    });
    at(2_000, () => {
      void relay.close();
    });
  });
});
