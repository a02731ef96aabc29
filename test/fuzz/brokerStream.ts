import { otherPacket, publishPacket } from '../support/mqttPackets.js';
import { below, oneOf, type Random } from './chance.js';

const word = (value: number): readonly number[] => [value >> 8, value & 0xff];

/** Topics that a broker may send. Those of one ending and one length are alike to a hash of the last bytes. */
function topic(random: Random): string {
  const name = oneOf(random, ['AOT', 'PTT', 'S & J', 'ราคา', '😀', '\uFEFFBOM', 'SYMBOL01', 'SYMBOL02', 'x']);
  return oneOf(random, [
    name,
    `px/${name}`,
    `proto/topic/bidofferv3/${name}`,
    `${oneOf(random, ['a', 'b', 'c', 'd'])}/longer/${name}`,
    `${'long/'.repeat(below(random, 70))}${name}`,
    ...(random() < 0.02 ? ['é'.repeat(oneOf(random, [127, 128, 129, 2_047, 2_048, 2_049, 32_767]))] : []),
  ]);
}

function payload(random: Random): Uint8Array {
  const size = oneOf(random, [1, 4, 40, 130, 1_200]);
  // Some are about as long as the room that a tap has for them at first.
  const length =
    random() < 0.98 ? below(random, size) : oneOf(random, [below(random, 40_000), 4_075 + below(random, 22)]);
  return new Uint8Array(length).fill(below(random, 256));
}

function publish(random: Random, qos: 0 | 1): Buffer {
  return publishPacket({
    topic: topic(random),
    payload: payload(random),
    qos,
    retain: random() < 0.3,
    dup: random() < 0.1,
    id: below(random, 65_536),
  });
}

function suback(random: Random): Buffer {
  const codes = random() < 0.01 ? oneOf(random, [16_000, 65_534]) : 1 + below(random, 5);
  return otherPacket(0x90, [...word(below(random, 65_536)), ...new Uint8Array(codes).fill(oneOf(random, [0, 0x80]))]);
}

/** Packets of one type that a broker sends after CONNACK. */
const packets: readonly ((random: Random) => Buffer)[] = [
  (random) => publish(random, 0),
  (random) => publish(random, 0),
  (random) => publish(random, 0),
  (random) => publish(random, 0),
  (random) => publish(random, 1),
  suback,
  (random) => otherPacket(0xb0, word(below(random, 65_536))),
  () => otherPacket(0xd0, []),
  (random) => otherPacket(oneOf(random, [0x40, 0x50, 0x62, 0x70]), word(below(random, 65_536))),
];

/** So many topics that a cache of them fills up, twice, so that they come again. */
function manyTopics(random: Random): readonly Buffer[] {
  const [count, length, qos] = [below(random, 900), below(random, 250), oneOf(random, [0, 0, 1] as const)];
  const once = Array.from({ length: count }, (_, index) =>
    publishPacket({ topic: `${'t'.repeat(length)}${String(index)}`, payload: Uint8Array.of(index), qos }),
  );
  return [...once, ...once];
}

/** Packets that a broker may send. */
export function brokerStream(random: Random): Buffer[] {
  const some = Array.from({ length: 1 + below(random, oneOf(random, [2, 6, 15])) }, () =>
    oneOf(random, packets)(random),
  );
  return [
    ...(random() < 0.7 ? [otherPacket(0x20, [below(random, 2), below(random, 6)])] : []),
    ...some,
    ...(random() < 0.003 ? manyTopics(random) : []),
  ];
}
