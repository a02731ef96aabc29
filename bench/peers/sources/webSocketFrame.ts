import { Buffer } from 'node:buffer';

/** Bytes that a server's frame has before a payload of such a length. */
export function frameHeaderLength(payloadLength: number): number {
  if (payloadLength < 126) return 2;
  return payloadLength < 65_536 ? 4 : 10;
}

/** A binary message of a server in one frame (RFC 6455, 5.2). */
export function webSocketFrame(payload: Buffer): Buffer {
  const header = Buffer.alloc(frameHeaderLength(payload.length));
  header[0] = 0x82;
  if (header.length === 2) header[1] = payload.length;
  else if (header.length === 4) {
    header[1] = 126;
    header.writeUInt16BE(payload.length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(payload.length), 2);
  }
  return Buffer.concat([header, payload]);
}
