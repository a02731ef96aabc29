import { EMPTY, interval, merge, NEVER, Subscription, takeUntil, tap, timer } from 'rxjs';
import type { Clock } from '../model/clock.js';
import { isConserved } from '../feed/diagnostics/stats.js';
import type { Rejection } from '../feed/feedConfig.js';
import { quoteFeed } from '../index.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import { findingsIn } from '../playbook/findings.js';
import { Advisor } from './advice/advisor.js';
import { jsonView } from './view/jsonView.js';
import { lineView } from './view/lineView.js';
import { adviceLines } from './view/adviceLines.js';
import { logLines } from './view/logLines.js';
import type { ShowOptions } from './options/arguments.js';
import { Recovery } from './recovery.js';
import { tableView } from './table/tableView.js';
import type { Ending, Terminal } from './terminal/terminal.js';
import type { Advice } from './view/advice.js';
import type { View } from './view/view.js';
import type { Watched } from './watched.js';

function viewOf(watched: Watched, options: ShowOptions, terminal: Terminal, clock: Clock): View {
  const { screen } = terminal;
  if (options.json) return jsonView(terminal, clock);
  return screen === undefined
    ? lineView(terminal, watched.symbols, clock)
    : tableView({ ...terminal, screen }, watched, clock);
}

/**
 * In ms. It is higher than the default, because a terminal on a busy machine may block for a moment, and the demo's
 * venue shares this thread.
 */
const stallThreshold = 1_000;

/** The time in ms between two looks at the problems of the feed. */
const lookEvery = 1_000;

/** Shows a feed until the program ends, then its counts; resolves to the exit code. */
export async function watch(watched: Watched, options: ShowOptions, terminal: Terminal, clock: Clock): Promise<number> {
  const { symbols, venue, url } = watched;
  const view = viewOf(watched, options, terminal, clock);
  const { logger } = view;
  const rejected = new Set<string>();
  const onReject = ({ reason, topic, error }: Rejection): void => {
    if (rejected.has(reason)) return;
    rejected.add(reason);
    logger.warn(
      { reason, topic },
      `unreadable, the first of its kind: ${error instanceof Error ? error.message : reason}`,
    );
  };
  const feed = quoteFeed({ venue, logger, clock, onReject, stallThreshold });
  const recovery = new Recovery(symbols);
  const advisor = new Advisor(symbols);
  let state: ConnectionState = { status: 'idle', since: clock.now() };
  let isDue = watched.provoke !== undefined;

  let ending: Ending | undefined;
  const end$ = merge(
    terminal.ended$.pipe(
      tap((why) => {
        ending = why;
      }),
    ),
    options.seconds === Infinity ? NEVER : timer(options.seconds * 1000, clock.timers),
  );
  logger.info({ url, symbols }, 'watching');
  const showing = new Subscription();
  showing.add(view.follow(feed));
  showing.add(
    feed.state$.subscribe((current) => {
      state = current;
    }),
  );
  showing.add(
    interval(lookEvery, clock.timers).subscribe(() => {
      view.advise(advisor.look(state, findingsIn('cli', feed, clock), clock.now()));
    }),
  );
  showing.add(
    (watched.provoke?.(feed) ?? EMPTY).subscribe((done) => {
      recovery.provoke();
      isDue = false;
      logger.warn({}, done);
    }),
  );
  let atEnd: Pick<ReturnType<typeof feed.stats>, 'topics' | 'epoch'> | undefined;
  let reasons: readonly Advice[] = [];
  try {
    await feed
      .updates(symbols)
      .pipe(takeUntil(end$))
      .forEach((update) => {
        recovery.see(update);
        advisor.see(update);
        view.show(update);
      });
    atEnd = feed.stats();
    reasons = advisor.atEnd(state, findingsIn('cli', feed, clock), clock.now());
  } finally {
    showing.unsubscribe();
    await feed.close();
  }
  if (ending === 'broken pipe') return 0;

  const stats = feed.stats();
  const conserved = isConserved(stats);
  const missing = recovery.missing;
  // A user may interrupt the demo before the cut. A run that ends by itself without a cut has failed.
  const isUncut = isDue && ending === undefined;
  view.conclude({ ...stats, topics: atEnd.topics, conserved });
  const problems = logLines(terminal.err, clock);
  if (!conserved) problems.error({}, 'not every message is accounted for');
  if (atEnd.epoch === undefined) problems.error({ url }, 'never connected');
  else if (!advisor.hasQuote) problems.error({ url }, 'no quote ever came');
  if (!advisor.hasQuote) adviceLines(terminal.err, clock)(reasons);
  if (missing.length > 0) problems.error({ missing }, 'ended before all was as before the cut');
  if (isUncut) problems.error({}, 'ended before the link was cut');
  return conserved && advisor.hasQuote && missing.length === 0 && !isUncut ? 0 : 1;
}
