import process from 'node:process';
import { Registry } from 'prom-client';
import { alwaysOpen, type JsonQuote, jsonQuote, mqttVenue, quoteFeed } from '../../../src/index.js';
import { serveMetrics } from '../../../src/metrics/index.js';
import { findings$ } from '../../../src/playbook/index.js';
import type { Place, RealRow, Subject } from './realRow.js';

/** The work of a process with a feed. */
export interface SubjectJob {
  readonly code: string;
  readonly isFaulty: boolean;
  readonly place: Place;
}

/** A request to the process. */
export type SubjectAsk = 'fault' | { readonly cure: Place };

/** A report of the process. */
export type SubjectReport =
  | { readonly type: 'served'; readonly url: string; readonly at: number }
  | { readonly type: 'live' }
  | {
      readonly type: 'raised' | 'cleared' | 'changed';
      readonly code: string;
      readonly symptom: string;
      readonly at: number;
    };

const report = (what: SubjectReport): void => {
  process.send?.(what);
};

/** Serves one feed until the process that started it is gone. */
export function serveSubject({ isFaulty, place: first }: SubjectJob, { near }: RealRow): void {
  let place = first;
  const faults: (() => void)[] = [];
  const cures: (() => void)[] = [];
  const begun = Date.now();
  const watch: Subject['watch'] = (feed) => {
    findings$(feed).subscribe(({ type, finding }) => {
      report({ type, code: finding.code, symptom: finding.symptom, at: Date.now() });
    });
    feed.state$.subscribe(({ status }) => {
      if (status === 'live') report({ type: 'live' });
    });
    void serveMetrics({ registry: new Registry(), feeds: { row: feed }, port: 0 }).then(({ url }) => {
      report({ type: 'served', url, at: begun });
    });
  };
  process.on('message', (ask: SubjectAsk) => {
    if (ask !== 'fault') place = ask.cure;
    for (const work of ask === 'fault' ? faults : cures) work();
  });
  process.once('disconnect', () => process.exit());
  near({
    isFaulty,
    place: () => place,
    open: (config = {}, venue = {}) => {
      const feed = quoteFeed<JsonQuote>({
        // On a busy machine timers are late: that is no stall of this process.
        stallThreshold: 2_000,
        ...config,
        venue: mqttVenue<JsonQuote>({
          endpoint: () => {
            const { ca, ...rest } = place;
            return [{ ...rest, ...(ca === undefined ? {} : { tls: { ca } }) }];
          },
          topics: 'px/{symbol}/book',
          decode: jsonQuote({ bid: 'b', ask: 'a' }),
          calendar: alwaysOpen,
          onSubscribe: 'nothing',
          ...venue,
        }),
      });
      watch(feed);
      return feed;
    },
    watch,
    onFault: (work) => {
      faults.push(work);
    },
    onCure: (work) => {
      cures.push(work);
    },
  });
}
