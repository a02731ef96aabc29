import { Buffer } from 'node:buffer';

/** Reads the payload bytes out of a server's WebSocket frames, which are never masked. */
export function webSocketReader(onBytes: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let left = 0;
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    let bytes: Buffer = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    rest = bytes.subarray(0, 0);
    while (bytes.length > 0) {
      if (left === 0) {
        const short = bytes.length > 1 ? bytes[1]! & 0x7f : 0;
        const header = short < 126 ? 2 : short === 126 ? 4 : 10;
        if (bytes.length < header) {
          rest = bytes;
          return;
        }
        left = header === 2 ? short : header === 4 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
        bytes = bytes.subarray(header);
      }
      const part = bytes.subarray(0, left);
      left -= part.length;
      bytes = bytes.subarray(part.length);
      if (part.length > 0) onBytes(part);
    }
  };
}
