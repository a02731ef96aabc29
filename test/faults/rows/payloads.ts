import { settradeTopics } from '../../../src/settrade/index.js';
import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';
import { bookPayload } from '../scene/bookPayload.js';
import type { Scene } from '../scene/scene.js';

const TOPIC = settradeTopics.quote.replace('{symbol}', 'S1');
const MORE_THAN_ANY = 262_145;

/** A field of another wire type than the schema's: the symbol as a number. */
const WRONG_TYPE = Uint8Array.of(0x08, 0x01);

function send({ far: { venue, mosquitto } }: Scene, payload: Uint8Array): void {
  venue?.send(TOPIC, payload);
  void mosquitto?.publish(TOPIC, payload);
}

/** Payloads that can't be read: counted by reason, and the feed goes on. */
const unreadable: readonly FaultRow[] = (
  [
    ['empty', 'empty', () => new Uint8Array()],
    ['truncated', 'truncated', () => bookPayload('S1', 1).subarray(0, 7)],
    ['oversized', 'too-large', () => new Uint8Array(MORE_THAN_ANY)],
    ['of the wrong type', 'schema', () => WRONG_TYPE],
    ['of another symbol', 'symbol', () => bookPayload('S2', 1)],
  ] as const
).map(([what, reason, payload]) => ({
  fault: `payload ${what}`,
  brokers: both,
  expect: `rejected ${reason}`,
  deadline: deadlines.garbage,
  quick: what === 'truncated',
  run: async (scene) => {
    await scene.live();
    scene.fault(() => {
      send(scene, payload());
    });
    const rejected = (): readonly string[] => Object.keys(scene.feed.stats().rejected);
    await scene.until(() => rejected().length > 0, 'it is counted');
    for (const name of rejected()) scene.note(`rejected ${name}`);
    await scene.recovered();
    if (scene.states.length > 1) scene.note('the link was lost');
  },
}));

/** Payloads and frames that are damaged or wrong. */
export const payloads: readonly FaultRow[] = [
  ...unreadable,
  {
    fault: 'malformed frame',
    brokers: both,
    expect: 'protocol RXQ_PROTOCOL',
    deadline: deadlines.garbage,
    run: async (scene) => {
      const proxy = await scene.proxied();
      await scene.live();
      scene.fault(() => {
        // A length of five bytes, where four are the most (OASIS MQTT 3.1.1, 2.2.3).
        const bytes = Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0xff, 0x01);
        proxy.rule({ packet: 'publish', times: 1, action: { kind: 'inject', bytes } });
      });
      await scene.untilReported();
      await scene.recovered();
      await scene.minute();
    },
  },
  {
    fault: 'one byte at a time',
    brokers: both,
    expect: 'live',
    run: async (scene) => {
      const proxy = await scene.proxied();
      proxy.rule({ direction: 'to client', action: { kind: 'slice', size: 1 } });
      scene.fault();
      scene.subscribe();
      await scene.recovered();
      await scene.pass(3_000);
      scene.note(proxy.connections.length === 1 ? 'live' : 'cut');
    },
  },
];
