import { Ledger, type QueueSnapshot } from '../../../operators/support/ledger.js';
import type { MqttMessage } from '../mqttTypes.js';

/**
 * The most bytes that may wait: enough for 25,000 quotes of ten levels, more than twice the symbols of a whole market.
 */
const MAX_BYTES = 16 * 1024 * 1024;

/**
 * The approximate memory of a waiting message without its payload, in bytes; the length of the topic counts if it is
 * greater.
 */
const OVERHEAD = 256;

/** Why a message left without being emitted. */
export type DropReason = 'capacity' | 'unpromoted';

/** Messages that wait for the promotion of their connection: copies, bounded in bytes. */
export class HeldMessages<R> {
  private readonly ledger = new Ledger();
  private readonly onDrop: (message: MqttMessage<R>, reason: DropReason) => void;
  /** Oldest first. The key is the topic if a newer message replaces an older one, else the message itself. */
  private readonly messages = new Map<unknown, MqttMessage<R>>();
  private bytes = 0;

  constructor(onDrop: (message: MqttMessage<R>, reason: DropReason) => void) {
    this.onDrop = onDrop;
    const held = this.messages;
    this.ledger.hold({
      get inFlight() {
        return held.size;
      },
      oldestSince: Infinity,
    });
  }

  get size(): number {
    return this.messages.size;
  }

  stats(): QueueSnapshot {
    return this.ledger.stats();
  }

  /** Takes a message with a payload of its own. When `conflated`, it replaces an older message of its topic. */
  push(message: MqttMessage<R>, conflated: boolean): void {
    const { topic, retain } = message;
    // A retained copy may be older than the waiting message, and must not replace it. No topic holds a NUL, so the keys
    // differ.
    const key = !conflated ? message : retain ? `${topic}\0` : topic;
    const older = this.messages.get(key);
    this.ledger.received += 1;
    if (older !== undefined) {
      this.ledger.conflated += 1;
      // Without this, the Map would keep the place of the older message, before messages that are older than the new
      // one.
      this.remove(key, older);
    }
    this.bytes += sizeOf(message);
    this.messages.set(key, message);
    for (const [oldest, dropped] of this.messages) {
      if (this.bytes <= MAX_BYTES) break;
      this.drop(oldest, dropped, 'capacity');
    }
  }

  /** Takes out the oldest message, counted as emitted. */
  shift(): MqttMessage<R> | undefined {
    for (const [key, message] of this.messages) {
      this.remove(key, message);
      this.ledger.emitted += 1;
      return message;
    }
    return undefined;
  }

  /** Drops all messages, because their connection has ended. */
  clear(): void {
    const waiting = [...this.messages.values()];
    this.messages.clear();
    this.bytes = 0;
    if (waiting.length > 0) this.ledger.drop('unpromoted', waiting.length);
    // Called last: a listener of the first drop may start a new run, and messages that wait then must stay.
    for (const message of waiting) this.onDrop(message, 'unpromoted');
  }

  private drop(key: unknown, message: MqttMessage<R>, reason: DropReason): void {
    this.remove(key, message);
    this.ledger.drop(reason);
    this.onDrop(message, reason);
  }

  private remove(key: unknown, message: MqttMessage<R>): void {
    this.messages.delete(key);
    this.bytes -= sizeOf(message);
  }
}

function sizeOf({ payload, topic }: Pick<MqttMessage, 'payload' | 'topic'>): number {
  return payload.byteLength + Math.max(OVERHEAD, topic.length);
}
