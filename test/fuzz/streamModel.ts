/** Type and flags, and as much of the body as came: the reading of a stream that is there as a whole. */
export interface SplitPacket {
  readonly header: number;
  readonly length: number;
  readonly body: Buffer;
}

/** A stream cut into packets. `isMalformed`: what follows them has a length of more than four bytes. */
export interface SplitStream {
  readonly packets: readonly SplitPacket[];
  readonly isMalformed: boolean;
}

/** Cuts a stream by the lengths in it (OASIS MQTT 3.1.1, 2.2.3). The body of the last packet may be incomplete. */
export function splitStream(bytes: Buffer): SplitStream {
  const packets: SplitPacket[] = [];
  for (let at = 0; ; ) {
    const digits = bytes.subarray(at + 1, at + 5);
    const last = digits.findIndex((digit) => digit < 0x80);
    if (last < 0) return { packets, isMalformed: digits.length === 4 };
    const length = digits.subarray(0, last + 1).reduceRight((sum, digit) => sum * 128 + (digit & 0x7f), 0);
    const from = at + 2 + last;
    packets.push({ header: bytes[at]!, length, body: bytes.subarray(from, from + length) });
    at = from + length;
    if (at > bytes.length) return { packets, isMalformed: false };
  }
}

/** The longest body of each packet that a broker sends, by its type. */
const longest = new Map([
  ...[4, 5, 6, 7, 2, 11].map((type): [number, number] => [type, 2]),
  [9, 65_536],
  [13, 0],
  [14, 0],
]);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function isTopic(bytes: Buffer): boolean {
  // A tap cuts such a topic off, and no consumer asks for it.
  if (bytes.length > 4_096) return true;
  try {
    return /^[^\0+#]+$/.test(strictUtf8.decode(bytes));
  } catch {
    return false;
  }
}

/** Whether a header is that of a PUBLISH with QoS 0 or 1. */
export const isMessage = (header: number): boolean => (header & 0xf4) === 0x30;

/** The duties of a tap for each packet of one connection, by the documentation of its limits. */
export class StreamModel {
  private readonly cutsOut: boolean;
  /** Answers that were asked for, by their type. */
  private readonly asked: Map<number, number>;
  private unasked = 0;

  /** `asked`: the number of SUBSCRIBEs, of UNSUBSCRIBEs and of PINGREQs that were sent. */
  constructor({ cutsOut, asked }: { readonly cutsOut: boolean; readonly asked: number }) {
    this.cutsOut = cutsOut;
    this.asked = new Map([[2, 1], ...[9, 11, 13].map((type): [number, number] => [type, asked])]);
  }

  /** The name of the error that a packet has to end the stream with; `undefined` for one that is read, or waits for its end. */
  refusal({ header, length, body }: SplitPacket): string | undefined {
    const isCutOut = this.cutsOut && isMessage(header);
    // A message that is cut out is refused later, by the transport.
    if (!isCutOut && header >> 4 !== 2 && this.asked.get(2) === 1) return 'PacketRefused';
    if (header >> 4 !== 3) return this.isAllowed(header >> 4, length) ? undefined : 'PacketRefused';
    if (!isMessage(header)) return 'PacketRefused';
    if (body.length < length) return undefined;
    const end = length < 2 ? Infinity : 2 + body.readUInt16BE(0);
    if (end > length) return 'MalformedPacket';
    if (!isTopic(body.subarray(2, end))) return 'PacketRefused';
    return isCutOut && (header & 2) !== 0 && end + 2 > length ? 'MalformedPacket' : undefined;
  }

  private isAllowed(type: number, length: number): boolean {
    if (length > (longest.get(type) ?? -1)) return false;
    const left = this.asked.get(type) ?? 0;
    this.asked.set(type, left - 1);
    if (left > 0) return true;
    this.unasked += 1;
    return type !== 2 && this.unasked <= 1_000;
  }
}
