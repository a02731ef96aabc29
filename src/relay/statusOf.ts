import { decodeStatusJson, isJson } from './wire/decodeJson.js';
import { decodeStatus } from './wire/decodeProtobuf.js';
import type { StatusMessage } from './wire/messages.js';

/** Reads a status in either form; `undefined` for a message that is none. */
export function statusOf(payload: Uint8Array): StatusMessage | undefined {
  try {
    return (isJson(payload) ? decodeStatusJson : decodeStatus)(payload);
  } catch {
    return undefined;
  }
}
