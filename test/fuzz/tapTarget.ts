import { isDeepStrictEqual } from 'node:util';
import { getHeapStatistics } from 'node:v8';
import mqttPacket from 'mqtt-packet';
import { FrameTap } from '../../src/mqtt/transport/node/frameTap.js';
import { PacketLimits } from '../../src/mqtt/transport/packetLimits.js';
import { otherPacket } from '../support/mqttPackets.js';
import { brokerStream } from './brokerStream.js';
import { below, oneOf, type Random } from './chance.js';
import { type FuzzInput, type FuzzTarget, fuzzTarget } from './fuzzTarget.js';
import { mutatedStream } from './mutatedStream.js';
import { isMessage, type SplitPacket, splitStream, StreamModel } from './streamModel.js';

/** A stream of bytes, and how a tap is handed it. */
interface TapInput extends FuzzInput {
  readonly bytes: Buffer;
  /** Where chunks end, ascending. */
  readonly cuts: readonly number[];
  readonly maxPayload: number;
  /** Whether messages are cut out. */
  readonly cutsOut: boolean;
  /** The number of requests of each kind that were sent before. */
  readonly asked: number;
}

/** The result of a tap for a packet. */
type TapEvent =
  | { readonly topic: string; readonly payload: Buffer; readonly retain: boolean }
  | { readonly passed: Uint8Array };

interface TapReading {
  readonly events: readonly TapEvent[];
  /** The PUBACKs that it sent. */
  readonly acknowledged: Buffer;
  /** The name of the error that ended it. */
  readonly refusal: string | undefined;
  /** Is alive when its memory is measured. */
  readonly tap: FrameTap;
  /** The bytes of new array buffers. */
  readonly memory: number;
}

/** The longest topic, with its length. */
const LONGEST_TOPIC = 65_537;

/**
 * The memory that reading may take beyond the stream itself and its longest packet, in bytes: the cache of topics doubles its slots or its room
 * a few times.
 */
const MOST_MEMORY = 4_000_000;

/** The bytes of array buffers that were not collected yet. */
const externalMemory = (): number => getHeapStatistics().external_memory;

function readInChunks({ bytes, maxPayload, cutsOut, asked }: TapInput, cuts: readonly number[]): TapReading {
  const events: TapEvent[] = [];
  const limits = new PacketLimits({ monotonic: () => 0 });
  for (let left = asked; left > 0; left--) for (const cmd of ['subscribe', 'unsubscribe', 'pingreq']) limits.sent(cmd);
  const onPublish = (topic: string, payload: Uint8Array, retain: boolean): void => {
    events.push({ topic, payload: Buffer.from(payload), retain });
  };
  const sent: Uint8Array[] = [];
  const before = externalMemory();
  const tap = new FrameTap({
    maxPayload,
    limits,
    ...(cutsOut ? { onPublish } : {}),
    // Kept without a copy: passed-on bytes must not change later.
    pass: (passed) => events.push({ passed }),
    send: (acknowledgements) => sent.push(acknowledgements),
  });
  let refusal: string | undefined;
  try {
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      tap.read(bytes.subarray(from, cut));
      from = cut;
    }
  } catch (error) {
    refusal = (error as Error).name;
    if (refusal !== 'MalformedPacket' && refusal !== 'PacketRefused') throw error;
  }
  return { events, acknowledged: Buffer.concat(sent), refusal, tap, memory: externalMemory() - before };
}

/** The packet as MQTT.js would read it; `undefined` when it refuses it. */
function parsed(packet: Uint8Array): mqttPacket.Packet | undefined {
  const found: mqttPacket.Packet[] = [];
  let isRefused = false;
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', (one) => found.push(one));
  parser.on('error', () => {
    isRefused = true;
  });
  const left = parser.parse(Buffer.from(packet.buffer, packet.byteOffset, packet.length));
  if (isRefused) return undefined;
  if (found.length !== 1 || left !== 0)
    throw new Error(`mqtt-packet reads ${found.length} packets and leaves ${left} bytes`);
  return found[0];
}

/** The PUBACK for a PUBLISH with QoS 1 (OASIS MQTT 3.1.1, 3.4). */
function acknowledgementOf({ body }: SplitPacket): Buffer {
  const id = 2 + body.readUInt16BE(0);
  return otherPacket(0x40, body.subarray(id, id + 2));
}

/** The text that a topic is passed on with: one of more than 4,096 bytes may be cut off. */
function isTopicOf(topic: string, sent: string): boolean {
  return Buffer.byteLength(sent) > 4_096
    ? topic.length >= 1_365 && sent.startsWith(topic.replace(/\uFFFD+$/, ''))
    : topic === sent;
}

/** Whether the bytes begin with those that were sent, and have all of them or more than are allowed. */
function isPayloadOf(payload: Buffer, sent: Buffer, maxPayload: number): boolean {
  return payload.length >= Math.min(sent.length, maxPayload + 1) && payload.equals(sent.subarray(0, payload.length));
}

function passedFault(passed: Uint8Array, { header, length, body }: SplitPacket, input: TapInput): string | undefined {
  const { packets, isMalformed } = splitStream(Buffer.from(passed));
  const [packet] = packets;
  if (packet === undefined || packets.length > 1 || isMalformed || packet.body.length < packet.length)
    return 'is passed on as no whole packet';
  if (packet.header !== header) return 'is passed on with another header';
  if (input.cutsOut && isMessage(header)) return 'is passed on instead of cut out';
  const kept = isMessage(header) ? LONGEST_TOPIC + 2 + input.maxPayload + 1 : Infinity;
  const least = Math.min(length, kept);
  if (packet.length < least || !packet.body.equals(body.subarray(0, packet.length)))
    return 'is passed on with other bytes';
  const read = parsed(passed);
  return read === undefined || read.length === packet.length ? undefined : 'has another length for mqtt-packet';
}

function eventFault(event: TapEvent, packet: SplitPacket, input: TapInput): string | undefined {
  if ('passed' in event) return passedFault(event.passed, packet, input);
  const { header, body } = packet;
  if (!input.cutsOut || !isMessage(header)) return 'is cut out';
  const read = parsed(otherPacket(header, body));
  if (read?.cmd !== 'publish') return 'is cut out, and mqtt-packet refuses it';
  if (!isTopicOf(event.topic, read.topic))
    return `has the topic ${event.topic.slice(0, 100)} instead of ${read.topic.slice(0, 100)}`;
  if (!isPayloadOf(event.payload, read.payload as Buffer, input.maxPayload)) return 'has another payload';
  return event.retain === read.retain ? undefined : 'has another retain flag';
}

function memoryFault({ memory }: TapReading, { bytes, maxPayload }: TapInput): string | undefined {
  const most = 2 * (bytes.length + LONGEST_TOPIC + maxPayload) + MOST_MEMORY;
  return memory > most ? `${memory} bytes of memory are taken; at most ${most} may be` : undefined;
}

/** The fault in a reading of a stream, against its packets one by one. */
function readingFault({ events, refusal, acknowledged }: TapReading, input: TapInput): string | undefined {
  const { packets, isMalformed } = splitStream(input.bytes);
  const model = new StreamModel(input);
  const acknowledgements: Buffer[] = [];
  let next = 0;
  for (const packet of packets) {
    const named = `packet ${next} (header 0x${packet.header.toString(16)}, length ${packet.length})`;
    const expected = model.refusal(packet);
    if (expected !== undefined) {
      if (events.length > next) return `${named} is passed on instead of refused as ${expected}`;
      return refusal === expected ? undefined : `${named} ends in ${refusal ?? 'nothing'} instead of ${expected}`;
    }
    if (packet.body.length < packet.length) break;
    const event = events[next];
    if (event === undefined) return `${named} ends in ${refusal ?? 'nothing'} instead of being passed on`;
    const fault = eventFault(event, packet, input);
    if (fault !== undefined) return `${named} ${fault}`;
    if (input.cutsOut && (packet.header & 0xf6) === 0x32) acknowledgements.push(acknowledgementOf(packet));
    next += 1;
  }
  if (refusal === undefined && !acknowledged.equals(Buffer.concat(acknowledgements)))
    return `the PUBACKs are ${acknowledged.toString('hex')} instead of ${Buffer.concat(acknowledgements).toString('hex')}`;
  if (events.length > next) return `${events.length} packets are passed on instead of ${next}`;
  const ending = isMalformed ? 'MalformedPacket' : undefined;
  return refusal === ending
    ? undefined
    : `the stream ends in ${refusal ?? 'nothing'} instead of ${ending ?? 'nothing'}`;
}

/** An event without the bytes of a length, which may be more than it needs. */
function comparable(event: TapEvent): unknown {
  return 'passed' in event ? splitStream(Buffer.from(event.passed)) : event;
}

function tapFault(input: TapInput): string | undefined {
  const whole = readInChunks(input, []);
  const inChunks = readInChunks(
    input,
    input.cuts.filter((cut) => cut < input.bytes.length),
  );
  const readings = { 'in one chunk': whole, 'in several chunks': inChunks };
  for (const [how, reading] of Object.entries(readings)) {
    const fault = memoryFault(reading, input) ?? readingFault(reading, input);
    if (fault !== undefined) return `${how}, ${fault}`;
  }
  const isAlike = isDeepStrictEqual(whole.events.map(comparable), inChunks.events.map(comparable));
  return isAlike ? undefined : 'in several chunks the packets are read otherwise than in one';
}

/** Ends of chunks: everywhere, every few bytes, or at places of chance, of which some are close together or the same. */
function cutsOf(random: Random, length: number): readonly number[] {
  const size = oneOf(random, [1, 2, 3, 7, 100, 1_460]);
  if (random() < 0.4 && length < 2_000 * size)
    return Array.from({ length: Math.floor(length / size) }, (_, index) => size * (index + 1));
  const places = Array.from({ length: below(random, 12) }, () => below(random, length + 1));
  return places
    .flatMap((place) => (random() < 0.3 ? [place, place, place + 1, place + 2] : [place]))
    .sort((a, b) => a - b);
}

function tapInput(random: Random): TapInput {
  const bytes = mutatedStream(brokerStream(random), random);
  const cuts = cutsOf(random, bytes.length);
  const maxPayload = oneOf(random, [0, 1, 20, 100, 1_000, 5_000, 50_000]);
  const cutsOut = random() < 0.8;
  const asked = oneOf(random, [0, 0, 2, random() < 0.02 ? 1_050 : 1]);
  return { bytes, cuts, maxPayload, cutsOut, asked };
}

function how({ bytes, cuts, maxPayload, cutsOut, asked }: TapInput): string {
  const ends = cuts.filter((cut) => cut < bytes.length).join(' ');
  return `maxPayload ${maxPayload}, messages ${cutsOut ? 'cut out' : 'passed on'}, ${asked} requests of each kind, chunks end at ${ends || 'the end'}`;
}

/** The frame tap. Each round is one stream, in one chunk and in several. */
export const tapTarget: FuzzTarget = fuzzTarget({
  name: 'tap',
  mutated: 1,
  inputs: (random) => [tapInput(random)],
  how,
  fault: tapFault,
});
