import type { Buffer } from 'node:buffer';
import { packetCutter } from './packetCutter.js';

/** The topic and the payload of a PUBLISH packet of QoS 0. */
export interface Publish {
  readonly topic: string;
  readonly payload: Uint8Array;
}

/** The messages in packets that may be cut anywhere; each payload is a copy. */
export function publishesIn(chunks: readonly Buffer[]): readonly Publish[] {
  const found: Publish[] = [];
  const read = packetCutter((bytes, _at, body, end) => {
    const topicEnd = body + 2 + bytes.readUInt16BE(body);
    found.push({
      topic: bytes.toString('utf8', body + 2, topicEnd),
      payload: Uint8Array.from(bytes.subarray(topicEnd, end)),
    });
  });
  for (const chunk of chunks) read(chunk);
  return found;
}
