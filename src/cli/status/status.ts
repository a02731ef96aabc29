import { distinctUntilChanged, exhaustMap, lastValueFrom, type Observable, takeUntil, tap, timer } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { StatusCommand } from '../options/status.js';
import { Canvas } from '../table/canvas.js';
import { painter } from '../terminal/ansi.js';
import type { Screen } from '../terminal/screen.js';
import type { Terminal } from '../terminal/terminal.js';
import { readStatus } from './readStatus.js';
import type { StatusReport } from './report.js';
import { statusLines } from './statusLines.js';

/** The time between two readings with `--watch`, in ms. */
const interval = 2_000;

/** The width of lines where no screen gives one, in cells. */
const usualWidth = 120;

/** The exit code of a report: 0 well, 1 a critical finding or no report, 3 warnings only. */
export function exitCodeOf(report: StatusReport): number {
  if ('error' in report) return 1;
  const feeds = Object.values(report.feeds);
  if (feeds.some(({ ok }) => !ok)) return 1;
  return feeds.some(({ findings }) => findings.length > 0) ? 3 : 0;
}

/**
 * Shows what a running process reports of its feeds; resolves to the exit code of the last report.
 *
 * @param read - reads the report
 */
export async function status(
  command: StatusCommand,
  terminal: Terminal,
  clock: Pick<Clock, 'now' | 'timers'>,
  read: typeof readStatus = readStatus,
): Promise<number> {
  const { url, symbol, json, watch, docsBase } = command;
  const { screen } = terminal;
  const style = { paint: painter(terminal.colours), ...(docsBase === undefined ? {} : { docsBase }) };
  const linesOf = (report: StatusReport): readonly string[] =>
    statusLines(report, { ...style, width: screen?.size().columns ?? usualWidth });

  if (!watch) {
    const report = await read(url, symbol, clock);
    terminal.out(json ? `${JSON.stringify(report, undefined, 2)}\n` : `${linesOf(report).join('\n')}\n`);
    return exitCodeOf(report);
  }
  const reports$ = timer(0, interval, clock.timers).pipe(
    exhaustMap(() => read(url, symbol, clock)),
    takeUntil(terminal.ended$),
  );
  if (screen !== undefined && !json) return onScreen(reports$, screen, terminal.out, linesOf);
  return lastCode(
    await lastValueFrom(
      reports$.pipe(
        // Lines for a person would only repeat each other. A program may count the reports.
        distinctUntilChanged((one, other) => !json && essenceOf(one) === essenceOf(other)),
        tap((report) => {
          terminal.out(json ? `${JSON.stringify(report)}\n` : `${linesOf(report).join('\n')}\n\n`);
        }),
      ),
      { defaultValue: undefined },
    ),
  );
}

/** The part of a report whose change is worth new lines: no times and no figures. */
function essenceOf(report: StatusReport): string {
  if ('error' in report) return report.error;
  return JSON.stringify(
    Object.entries(report.feeds).map(([name, { status: state, epoch, findings, inDoubt }]) => [
      ...[name, state, epoch, findings.map(({ code }) => code)],
      inDoubt.map(({ symbol, state: doubt }) => [symbol, doubt]),
    ]),
  );
}

function lastCode(report: StatusReport | undefined): number {
  return report === undefined ? 1 : exitCodeOf(report);
}

/** Keeps the newest report on the screen, and leaves it on the terminal at the end. */
async function onScreen(
  reports$: Observable<StatusReport>,
  screen: Screen,
  out: (text: string) => void,
  linesOf: (report: StatusReport) => readonly string[],
): Promise<number> {
  const canvas = new Canvas(out);
  let last: StatusReport | undefined;
  const draw = (): void => {
    const { rows } = screen.size();
    const lines = last === undefined ? [] : linesOf(last);
    const more = `… ${String(lines.length - rows + 1)} more lines: enlarge the window`;
    canvas.draw(lines.length <= rows ? lines : [...lines.slice(0, rows - 1), more]);
  };
  screen.enter();
  const resizing = screen.resized$.subscribe(() => {
    canvas.erase();
    draw();
  });
  try {
    const shown$ = reports$.pipe(
      tap((report) => {
        last = report;
        draw();
      }),
    );
    return lastCode(await lastValueFrom(shown$, { defaultValue: undefined }));
  } finally {
    resizing.unsubscribe();
    screen.leave();
    if (last !== undefined) out(`${linesOf(last).join('\n')}\n`);
  }
}
