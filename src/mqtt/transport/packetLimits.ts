import type { Packet } from 'mqtt';
import type { Clock } from '../../model/clock.js';
import type { ConnectionFailure } from '../../model/errors.js';

/**
 * The peer sent what MQTT forbids, or more than a limit allows. The error's message is the text after the peer's
 * address.
 */
export class PacketRefused extends Error {
  override readonly name = 'PacketRefused';
  readonly code = 'RXQ_PACKET_REFUSED';
  readonly remedy: string;
  readonly subcause: ConnectionFailure['subcause'];

  constructor(
    message: string,
    remedy = "look for the reason in the broker's log",
    subcause?: ConnectionFailure['subcause'],
  ) {
    super(message);
    this.remedy = remedy;
    this.subcause = subcause;
  }
}

/** Packet types (OASIS MQTT 3.1.1, table 2.1). */
const CONNACK = 2;
const PUBLISH = 3;
const PUBACK = 4;
const PUBREC = 5;
const PUBREL = 6;
const PUBCOMP = 7;
const SUBACK = 9;
const UNSUBACK = 11;
const PINGRESP = 13;
const DISCONNECT = 14;

/** MQTT.js's names of all types in the order of their numbers; 0 has none. */
const NAMES: readonly string[] = [
  'reserved',
  'connect',
  'connack',
  'publish',
  'puback',
  'pubrec',
  'pubrel',
  'pubcomp',
  'subscribe',
  'suback',
  'unsubscribe',
  'unsuback',
  'pingreq',
  'pingresp',
  'disconnect',
  'auth',
];

const nameOf = (type: number): string => (type === 0 ? 'packet of type 0' : (NAMES[type] ?? '').toUpperCase());

/** The name with its article. */
const named = (name: string): string => `${/^[AU]/.test(name) ? 'an' : 'a'} ${name}`;

/** The first byte of a packet that MQTT.js has read. */
export function headerOf(packet: Packet): number {
  const qos = packet.cmd === 'publish' ? packet.qos : 0;
  return (NAMES.indexOf(packet.cmd) << 4) | (qos << 1);
}

/** The first byte of a TLS alert (RFC 8446, 5.1), and of an answer of HTTP. */
const TLS_ALERT = 21;
const LETTER_H = 0x48;

/** The first packet of a peer is no CONNACK (OASIS MQTT 3.1.1, MQTT-3.2.0-1). */
function notMqtt(header: number): PacketRefused {
  if (header === TLS_ALERT)
    return new PacketRefused(
      'speaks TLS, and the URL asks for none',
      'use mqtts: for mqtt:, or wss: for ws:',
      'plain-on-tls-port',
    );
  if (header === LETTER_H)
    return new PacketRefused(
      'speaks HTTP and no MQTT',
      'check the port; MQTT over WebSocket has a URL with ws: or wss:',
      'http',
    );
  return new PacketRefused(
    `does not speak MQTT 3.1.1: it sent ${named(nameOf(header >> 4))} before CONNACK`,
    'check that the port is that of an MQTT broker',
    'not-mqtt',
  );
}

/** A SUBACK has a byte for each topic: this is enough for 65,534 topics in one SUBSCRIBE. */
const LONGEST_SUBACK = 65_536;

/** The longest packet of each type after its fixed header, in bytes. A type that is left out is never sent by a broker. */
const LONGEST: Readonly<Record<number, number>> = {
  [CONNACK]: 2,
  [PUBACK]: 2,
  [PUBREC]: 2,
  [PUBREL]: 2,
  [PUBCOMP]: 2,
  [SUBACK]: LONGEST_SUBACK,
  [UNSUBACK]: 2,
  [PINGRESP]: 0,
  [DISCONNECT]: 0,
};

/** The longest topic with the two bytes of its length, and a packet id (OASIS MQTT 3.1.1, sections 1.5.3 and 2.3.1). */
export const LONGEST_TOPIC = 65_537;
export const PACKET_ID = 2;

/** The type of the answer to each request. */
const ANSWERS: Readonly<Record<string, number>> = {
  subscribe: SUBACK,
  unsubscribe: UNSUBACK,
  pingreq: PINGRESP,
};

/** The most packets in `SPAN` ms that answer no request. */
const MOST_UNASKED = 1_000;
const SPAN = 1_000;

/** The most SUBSCRIBEs, and the most UNSUBSCRIBEs, without an answer: together the half of all packet ids. */
const MOST_UNANSWERED = 16_384;

/** The most bytes that may wait to be sent: more than an UNSUBSCRIBE for 100,000 topics. */
const MOST_UNSENT = 16_777_216;

/**
 * The most bytes that may wait for MQTT.js, which stops reading while the peer does not read its answers; and about what a waiting
 * packet costs besides its bytes.
 */
const MOST_UNREAD = 4_194_304;
const OVERHEAD = 256;

/**
 * Limits of what a broker may send on one connection: limits of size, checked before any byte of a packet is kept, and
 * limits of number. Beyond a limit a method throws `PacketRefused`, and the connection has to end.
 *
 * An answer is matched with its request only by type, which is enough to bound the number of both.
 */
export class PacketLimits {
  private readonly clock: Pick<Clock, 'monotonic'>;
  /** Requests without an answer, by the type of the answer. */
  private readonly outstanding = new Uint32Array(NAMES.length);
  private unasked = 0;
  private since = -Infinity;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.clock = clock;
    this.outstanding[CONNACK] = 1;
  }

  /** Called when a packet is sent; `cmd` is MQTT.js's name of its type. */
  sent(cmd: string): void {
    const answer = ANSWERS[cmd];
    if (answer === undefined) return;
    const count = (this.outstanding[answer] = (this.outstanding[answer] ?? 0) + 1);
    if (answer !== PINGRESP && count > MOST_UNANSWERED)
      throw new PacketRefused(
        `left ${String(count)} ${cmd.toUpperCase()}s without an answer; ${String(MOST_UNANSWERED)} may wait`,
      );
  }

  /**
   * Called when a packet begins. A PUBLISH with QoS 0 or 1 is never refused: if it is too long, it is counted but not
   * kept.
   *
   * @param header - the first byte: type and flags
   * @param length - the number of bytes after the fixed header
   */
  received(header: number, length: number): void {
    const type = header >> 4;
    if (type !== CONNACK && this.outstanding[CONNACK] !== 0) throw notMqtt(header);
    if (type === PUBLISH) {
      const qos = (header >> 1) & 3;
      // QoS 2 was never granted, and the message would have to be stored until its PUBREL.
      if (qos > 1) throw new PacketRefused(`sent a PUBLISH with QoS ${String(qos)}; only QoS 0 was asked for`);
      return;
    }
    const longest = LONGEST[type];
    if (longest === undefined) throw new PacketRefused(`sent ${named(nameOf(type))}, which no broker sends`);
    if (length > longest) throw tooLong(nameOf(type), length, longest);
    const outstanding = this.outstanding[type] ?? 0;
    if (outstanding > 0) this.outstanding[type] = outstanding - 1;
    else if (type === CONNACK) throw new PacketRefused('sent a second CONNACK');
    else this.countUnasked(nameOf(type));
  }

  /** Called when this many bytes wait to be sent. */
  unsent(bytes: number): void {
    if (bytes > MOST_UNSENT) throw unread(bytes, 'wait to be sent', MOST_UNSENT);
  }

  /** Called when this many packets and bytes wait for MQTT.js. */
  unread(packets: number, bytes: number): void {
    const size = bytes + OVERHEAD * packets;
    if (size > MOST_UNREAD) throw unread(size, 'wait to be answered', MOST_UNREAD);
  }

  private countUnasked(name: string): void {
    const now = this.clock.monotonic();
    if (now - this.since >= SPAN) {
      this.since = now;
      this.unasked = 0;
    }
    this.unasked += 1;
    if (this.unasked > MOST_UNASKED)
      throw new PacketRefused(
        `sent ${named(name)} as packet ${String(this.unasked)} that answers nothing within ${String(SPAN)} ms; ${String(MOST_UNASKED)} are allowed`,
      );
  }
}

function tooLong(name: string, length: number, longest: number): PacketRefused {
  return new PacketRefused(`sent ${named(name)} of ${String(length)} bytes; at most ${String(longest)} are allowed`);
}

function unread(bytes: number, how: string, most: number): PacketRefused {
  return new PacketRefused(`does not read fast enough: ${String(bytes)} bytes ${how}; at most ${String(most)} may`);
}
