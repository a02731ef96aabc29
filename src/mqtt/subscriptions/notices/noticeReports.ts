import type { Endpoint } from '../../../model/transport.js';
import type { RefusedTopic } from '../../../model/venue.js';
import type { LinkReport } from '../../session/linkReport.js';
import { shown } from '../../transport/redact.js';
import type { TopicLedger } from '../topicLedger.js';

/** The most unwanted topics that are reported for one connection, so that a peer can't fill the log. */
const MOST_UNKNOWN = 20;

/** Turns the notices of one connection into reports: one for each new refusal, and one for each unwanted topic. */
export class NoticeReports {
  private readonly ledger: TopicLedger;
  private readonly endpoint: Endpoint;
  private readonly unknown = new Set<string>();

  constructor(ledger: TopicLedger, endpoint: Endpoint) {
    this.ledger = ledger;
    this.endpoint = endpoint;
  }

  /** Call this before the notice is written into the ledger. */
  *of(notice: readonly RefusedTopic[]): Generator<LinkReport> {
    const known = notice.filter(({ topic, message }) => {
      const entry = this.ledger.get(topic);
      return entry !== undefined && (entry.status !== 'refused' || entry.message !== message);
    });
    if (known.length > 0) yield { type: 'notice', refused: known, wanted: true };
    const unknown: RefusedTopic[] = [];
    for (const { topic, message } of notice) {
      if (this.ledger.has(topic) || this.unknown.has(topic) || this.unknown.size >= MOST_UNKNOWN) continue;
      this.unknown.add(topic);
      unknown.push({ topic: shown(topic, this.endpoint), message });
    }
    if (unknown.length > 0) yield { type: 'notice', refused: unknown, wanted: false };
  }
}
