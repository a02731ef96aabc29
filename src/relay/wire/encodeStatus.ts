import { gapCauses, relayStates, type StatusGap, type StatusMessage } from './messages.js';
import { WireWriter } from './wireWriter.js';

const writer = new WireWriter();

function encodeGap(gap: StatusGap): Uint8Array {
  writer.unsigned(1, gapCauses.indexOf(gap.cause));
  writer.unsigned(2, gap.fromEpoch);
  writer.double(3, gap.lostAt);
  for (const symbol of gap.symbols) writer.text(4, symbol);
  return writer.finish();
}

/** Writes a message `RelayStatus` of relay.proto. */
export function encodeStatus(status: StatusMessage): Uint8Array {
  // The gap first, because both use the writer.
  const gap = status.gap && encodeGap(status.gap);
  writer.fixed32(1, status.run);
  writer.unsigned(2, status.sequence);
  writer.unsigned(3, relayStates.indexOf(status.state));
  writer.unsigned(4, status.epoch);
  writer.double(5, status.startedAt);
  writer.unsigned(6, status.heartbeat);
  writer.text(7, status.reason);
  writer.double(8, status.since);
  writer.unsigned(9, status.index);
  writer.unsigned(10, status.count);
  if (gap !== undefined) writer.message(11, gap);
  return writer.finish();
}
