import { settradeTopics } from '../../../src/settrade/index.js';
import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';
import { bookPayload } from '../scene/bookPayload.js';

/** Restarts of a broker: with another state, or with retained messages. */
export const restarts: readonly FaultRow[] = [
  {
    fault: 'broker restart with 800 symbols',
    brokers: both,
    expect: 'network RXQ_NETWORK',
    deadline: deadlines.cut,
    symbols: 800,
    run: async (scene) => {
      const { venue, mosquitto } = scene.far;
      await scene.live();
      scene.fault(() => {
        venue?.dropConnections();
        void mosquitto?.restart();
      });
      await scene.untilReported();
      await scene.recovered();
      await scene.minute();
    },
  },
  {
    fault: "retained: yesterday's images",
    brokers: both,
    expect: 'first said to be suspect',
    venue: { retained: true },
    run: async (scene) => {
      const { mosquitto, symbols } = scene.far;
      for (const symbol of mosquitto === undefined ? [] : symbols)
        await mosquitto?.publish(settradeTopics.quote.replace('{symbol}', symbol), bookPayload(symbol, 0), true);
      scene.fault();
      scene.subscribe({ paused: true });
      await scene.until(() => scene.record.last.size === symbols.length, 'each symbol has its old image');
      for (const state of new Set(scene.record.said.map((said) => said.state))) scene.note(`first said to be ${state}`);
      scene.publish();
      await scene.recovered();
    },
  },
];
