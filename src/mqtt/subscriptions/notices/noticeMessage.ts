/** A message of a venue's notices. */
export interface NoticeMessage {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
}
