import { publishFrame } from './publishFrame.js';

/** One topic of the venue: its messages are numbered from 1. */
export class Channel {
  readonly topic: string;
  private readonly topicBytes: Uint8Array;
  private readonly parts: () => readonly Uint8Array[];
  private count = 0;

  /** @param parts - the message as it is now, in pieces */
  constructor(topic: string, parts: () => readonly Uint8Array[]) {
    this.topic = topic;
    this.topicBytes = new TextEncoder().encode(topic);
    this.parts = parts;
  }

  /** How many messages it has had. */
  get number(): number {
    return this.count;
  }

  /** The next message is on its way, whether anyone is there to get it or not. */
  advance(): void {
    this.count += 1;
  }

  /** Its last message. Its content changes only right before `advance`, so that it can be encoded late or never. */
  frame(retain: boolean): Uint8Array {
    return publishFrame(this.topicBytes, this.parts(), retain, this.count);
  }
}
