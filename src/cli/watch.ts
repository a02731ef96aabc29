import { merge, NEVER, takeUntil, tap, timer } from 'rxjs';
import type { Clock } from '../clock.js';
import { isConserved, quoteFeed, type Rejection } from '../index.js';
import { logLines } from './logLines.js';
import type { Options } from './options.js';
import { type Update, updateLine } from './quoteLine.js';
import { Recovery } from './recovery.js';
import type { Ending, Terminal } from './terminal.js';
import type { Watched } from './watched.js';

/** Shows a feed until it is told to end, then its account; resolves to the exit code. */
export async function watch(watched: Watched, options: Options, terminal: Terminal, clock: Clock): Promise<number> {
  const { symbols, venue, url } = watched;
  const logger = logLines(terminal.err, clock);
  const rejected = new Set<string>();
  const onReject = ({ reason, topic, error }: Rejection): void => {
    if (rejected.has(reason)) return;
    rejected.add(reason);
    logger.warn(
      { reason, topic },
      `unreadable, the first of its kind: ${error instanceof Error ? error.message : reason}`,
    );
  };
  const feed = quoteFeed({ venue, logger, clock, onReject });
  const recovery = new Recovery(symbols);
  const style = { colours: terminal.colours, width: Math.max(...symbols.map((symbol) => symbol.length)) };
  const show = (update: Update): void => {
    terminal.out(`${options.json ? JSON.stringify(update) : updateLine(update, clock.now(), style)}\n`);
  };

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
  const provoking = watched.provoke(feed).subscribe((done) => {
    logger.warn({}, done);
  });
  await feed
    .updates(symbols)
    .pipe(takeUntil(end$))
    .forEach((update) => {
      recovery.see(update);
      show(update);
    });
  provoking.unsubscribe();
  const { topics, epoch } = feed.stats();
  await feed.close();
  if (ending === 'broken pipe') return 0;

  const stats = feed.stats();
  const conserved = isConserved(stats);
  const missing = recovery.missing;
  const summary = { ...stats, topics, conserved };
  terminal.out(options.json ? `${JSON.stringify({ summary })}\n` : `\n${accountText(summary)}\n`);
  if (!conserved) logger.error({}, 'not every message is accounted for');
  if (epoch === undefined) logger.error({ url }, 'never connected');
  if (missing.length > 0) logger.error({ missing }, 'ended before all was as before the cut');
  return conserved && epoch !== undefined && missing.length === 0 ? 0 : 1;
}

function accountText(summary: object): string {
  const figures = Object.entries(summary).map(([name, value]) => `  ${name.padEnd(12)} ${JSON.stringify(value)}`);
  return ['Account of all messages:', ...figures].join('\n');
}
