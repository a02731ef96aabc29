import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import type { LinkReport } from '../../mqtt/session/linkReport.js';

/** A logger in the shape of pino: bindings first, then the text. */
export interface Logger {
  /** Gets details, e.g. each step of an attempt to connect. */
  debug(bindings: object, message: string): void;
  /** Gets news, e.g. that the connection is live. */
  info(bindings: object, message: string): void;
  /** Gets problems that may pass, e.g. a lost link. */
  warn(bindings: object, message: string): void;
  /** Gets problems that a person has to mend, e.g. refused credentials. */
  error(bindings: object, message: string): void;
}

/** Logs a new state of the connection. For a failure it logs only the code and the message. */
export function logState(logger: Logger, state: ConnectionState): void {
  const bindings = { status: state.status, ...(state.epoch === undefined ? {} : { epoch: state.epoch }) };
  switch (state.status) {
    case 'connecting':
      logger.debug({ ...bindings, step: state.step, attempt: state.attempt }, `connecting: ${state.step}`);
      return;
    case 'live':
      logger.info({ ...bindings, ...state.ledger }, 'connection live');
      return;
    case 'waiting': {
      const { message = 'too many connects in a minute', code, askedBy } = state.reason ?? {};
      const delay = Math.round(state.delay);
      if (askedBy === undefined) logger.warn({ ...bindings, code, delay }, `connection waiting: ${message}`);
      else logger.info({ ...bindings, code, askedBy, delay }, `connection replaced: ${message}`);
      return;
    }
    case 'rejected':
      logger.error(
        { ...bindings, code: state.reason.code, retryAt: state.retryAt },
        `connection rejected: ${state.reason.message}`,
      );
      return;
    default:
      logger.info(bindings, `connection ${state.status}`);
  }
}

/** The most topics that a line names; it gives the number of all. */
const NAMED = 5;

function named(topics: readonly string[]): string {
  const more = topics.length > NAMED ? `, and ${String(topics.length - NAMED)} more` : '';
  return `${topics.slice(0, NAMED).join('; ')}${more}`;
}

/** Logs a report of the connection other than its state. */
export function logReport(logger: Logger, report: LinkReport): void {
  if (report.type === 'no-notices') {
    logger.warn({}, `the venue's notices can't be received, ${report.why}`);
    return;
  }
  if (report.type === 'flap') {
    if (report.verdict === undefined) logger.info({}, 'connections no longer flap');
    else logger.error({ code: report.verdict.code, certain: true }, `connections flapped: ${report.verdict.message}`);
    return;
  }
  if (report.type === 'no-data') {
    logger.warn({ noData: report.topics.length }, `topics are granted but send no image: ${named(report.topics)}`);
    return;
  }
  if (report.type === 'suspected') {
    const names = named(report.topics);
    logger.warn(
      { suspected: report.topics.length },
      `the connection ended before the broker answered for these topics, so each is now subscribed to last and alone: ${names}`,
    );
    return;
  }
  if (report.type === 'closed-on') {
    const names = named(report.topics);
    logger.warn(
      { refused: report.topics.length },
      `the broker closes the connection after a SUBSCRIBE for these topics, so they now count as refused: ${names}`,
    );
    return;
  }
  const topics = report.refused.map(({ topic, message }) => (message === '' ? topic : `${topic}: ${message}`));
  const what = report.wanted ? 'the venue refuses topics' : 'the venue refuses topics that have no subscriber';
  logger.warn({ refused: topics.length }, `${what}: ${named(topics)}`);
}
