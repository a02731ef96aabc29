import type { OperatorFunction } from 'rxjs';
import { decode } from '../../../../operators/decode.js';
import type { QueueStats } from '../../../../operators/queueStats.js';
import { onRejection } from '../../../../operators/support/callbackFailures.js';
import { DecodeError } from '../../../model/errors.js';
import type { RefusedTopic, VenueNotices } from '../../../model/venue.js';
import type { NoticeMessage } from './noticeMessage.js';

/** A notice that could not be read. */
export interface UnreadableNotice {
  readonly topic: string;
  readonly reason: string;
  readonly error?: unknown;
  /** The bytes; valid only during the call. */
  readonly payload: Uint8Array;
}

function isRefusedTopic(value: unknown): value is RefusedTopic {
  if (typeof value !== 'object' || value === null) return false;
  return 'topic' in value && typeof value.topic === 'string' && 'message' in value && typeof value.message === 'string';
}

/** Decodes the venue's notices, and counts those that can't be read. */
export function readNotices(
  notices: VenueNotices | undefined,
  maxPayload: number,
  stats: QueueStats,
  onReject: (notice: UnreadableNotice) => void,
): OperatorFunction<NoticeMessage, readonly RefusedTopic[]> {
  return decode<NoticeMessage, readonly RefusedTopic[]>(
    (payload, { topic }) => {
      const refused: unknown = notices?.decode(payload, topic) ?? [];
      if (Array.isArray(refused) && refused.every(isRefusedTopic)) return refused;
      onRejection(refused, () => undefined);
      throw new DecodeError('schema', `the notices' decoder returned no list of refused topics for ${topic}`);
    },
    {
      maxPayload,
      stats,
      onReject: ({ reason, error, value: { topic, payload } }) => {
        onReject({ reason, error, topic, payload });
      },
    },
  );
}
