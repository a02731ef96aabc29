import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { LinkReport } from '../../mqtt/session/linkReport.js';
import type { FeedLog } from './feedLog.js';
import { namedTopics } from './logLines.js';

/** Logs a new state of the connection. For a failure it logs only the code and the message. */
export function logState(log: FeedLog, state: ConnectionState): void {
  const { status, epoch } = state;
  const common = { status, ...(epoch === undefined ? {} : { epoch }) };
  switch (status) {
    case 'connecting':
      log.write('connection-connecting', { ...common, step: state.step, attempt: state.attempt });
      return;
    case 'live': {
      const { wanted, granted, refused, noData } = state.ledger;
      log.write('connection-live', {
        ...common,
        ...{ wanted, granted, refused: refused.length, noData: noData.length },
      });
      return;
    }
    case 'waiting': {
      const { message: why = 'too many connects in a minute', code, askedBy } = state.reason ?? {};
      const delay = Math.round(state.delay);
      if (askedBy === undefined || code === undefined) {
        log.write('connection-waiting', { ...common, ...(code === undefined ? {} : { code }), delay, why });
      } else log.write('connection-replaced', { ...common, code, askedBy, delay, why });
      return;
    }
    case 'rejected': {
      const { code, message: why } = state.reason;
      log.write('connection-rejected', { ...common, code, retryAt: state.retryAt, why });
      return;
    }
    case 'silent':
      if (state.why === 'relay') log.write('relays-lost', { ...common, why: state.detail });
      else log.write(state.why === 'no-data' ? 'connection-silent' : 'connection-unresponsive', common);
      return;
    case 'idle':
      log.write('connection-idle', common);
      return;
    case 'closed':
      log.write('connection-closed', common);
  }
}

/** A refused topic, with the reason if there is one. */
export function withReason({ topic, message = '' }: { readonly topic: string; readonly message?: string }): string {
  return message === '' ? topic : `${topic}: ${message}`;
}

/** Logs a report of the connection other than its state. */
export function logReport(log: FeedLog, report: LinkReport): void {
  switch (report.type) {
    case 'no-notices':
      log.write('no-notices', { why: report.why });
      return;
    case 'flap':
      if (report.verdict === undefined) log.write('flap-over', {});
      else log.write('connections-flapped', { code: report.verdict.code, certain: true, why: report.verdict.message });
      return;
    case 'no-data':
      log.write('topics-without-data', namedTopics(report.topics));
      return;
    case 'suspected':
      log.write('topics-suspected', namedTopics(report.topics));
      return;
    case 'closed-on':
      // The refusal of a wanted topic is an event of its own, with the reason.
      return;
    case 'notice':
      if (!report.wanted) log.write('unwanted-topics-refused', namedTopics(report.refused.map(withReason)));
  }
}
