import { isWildcard, matchesTopic } from '../../../model/topicFilter.js';
import type { Outbox } from './outbox.js';

function wants(outbox: Outbox, topic: string): boolean {
  if (outbox.filters.has(topic)) return true;
  for (const filter of outbox.filters) if (isWildcard(filter) && matchesTopic(filter, topic)) return true;
  return false;
}

/**
 * Finds the connections that get a topic's messages. The result is kept for each topic until a subscription changes.
 */
export class Subscribers {
  private readonly outboxes = new Set<Outbox>();
  private readonly byTopic = new Map<string, readonly Outbox[]>();

  add(outbox: Outbox): void {
    this.outboxes.add(outbox);
    this.byTopic.clear();
  }

  delete(outbox: Outbox): void {
    this.outboxes.delete(outbox);
    this.byTopic.clear();
  }

  /** Call this when the filters of an outbox have changed. */
  changed(): void {
    this.byTopic.clear();
  }

  /** Connections subscribed to a topic, each once. */
  of(topic: string): readonly Outbox[] {
    const known = this.byTopic.get(topic);
    if (known !== undefined) return known;
    const found = [...this.outboxes].filter((outbox) => wants(outbox, topic));
    this.byTopic.set(topic, found);
    return found;
  }

  /** Writes all waiting frames. */
  flush(): void {
    for (const outbox of this.outboxes) outbox.flush();
  }
}
