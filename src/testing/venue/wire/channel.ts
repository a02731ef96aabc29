import { publishFrame } from './publishFrame.js';

/** One topic of the venue, with messages numbered from 1. */
export class Channel {
  readonly topic: string;
  private readonly topicBytes: Uint8Array;
  private readonly parts: () => readonly Uint8Array[];
  private count = 0;

  /** @param parts - returns the present message, in pieces */
  constructor(topic: string, parts: () => readonly Uint8Array[]) {
    this.topic = topic;
    this.topicBytes = new TextEncoder().encode(topic);
    this.parts = parts;
  }

  /** The number of messages so far. */
  get number(): number {
    return this.count;
  }

  /** Counts the next message, with or without subscribers. */
  advance(): void {
    this.count += 1;
  }

  /** Its last message. The content changes only right before `advance`, so the message can be encoded late or never. */
  frame(retain: boolean): Uint8Array {
    return publishFrame(this.topicBytes, this.parts(), retain, this.count);
  }
}
