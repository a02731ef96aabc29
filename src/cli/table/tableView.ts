import { interval, merge, Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { Logger } from '../../feed/diagnostics/logger.js';
import type { ConnectionState } from '../../mqtt/session/connectionState.js';
import { countsText } from '../view/countsText.js';
import { painter, type Style } from '../terminal/ansi.js';
import { gapText } from '../view/gapText.js';
import { logLines } from '../view/logLines.js';
import type { Screen } from '../terminal/screen.js';
import type { Terminal } from '../terminal/terminal.js';
import type { Advice } from '../view/advice.js';
import type { View, Watchable } from '../view/view.js';
import { Canvas } from './canvas.js';
import type { Known } from '../view/doubt.js';
import { EventLog } from './eventLog.js';
import { frame, type Picture } from './frame.js';
import { MessageRate } from './messageRate.js';

/** The time between two frames in ms: more than four frames a second can't be read. */
const REDRAW = 250;
/** The span of the message rate, in ms. */
const RATE_SPAN = 3_000;
/** The number of kept events: more than a terminal has rows. */
const KEPT_EVENTS = 200;
/** The number of events that are printed above the counts at the end. */
const LAST_EVENTS = 20;

/** Fields that the text of a line repeats. */
const repeated = ['status', 'event', 'why'];

/** The fields of a line about the connection; the text of any other line has them all. */
function bindingText(bindings: object): string {
  if ('event' in bindings && !('status' in bindings)) return '';
  return Object.entries(bindings)
    .filter(([name, value]) => !repeated.includes(name) && value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('');
}

function isGap({ event }: { readonly event?: string }): boolean {
  return event === 'gap-open' || event === 'gap-closed';
}

/**
 * A table that is updated in place: each symbol's last price with its state, the state of the connection, the last
 * events.
 */
export function tableView(
  terminal: Terminal & { readonly screen: Screen },
  watched: { readonly symbols: readonly string[]; readonly url: string; readonly warnings?: readonly string[] },
  clock: Pick<Clock, 'now' | 'monotonic' | 'timers'>,
): View {
  const { screen, out, colours } = terminal;
  const paint = painter(colours);
  const canvas = new Canvas(out);
  const events = new EventLog(KEPT_EVENTS);
  const known = new Map<string, Known>();
  const rate = new MessageRate(RATE_SPAN);
  let connection: ConnectionState = { status: 'idle', since: clock.now() };
  let advice: readonly Advice[] = [];

  // Lines on stderr would overwrite the table, unless stderr is redirected.
  const elsewhere = screen.showsErrors ? undefined : logLines(terminal.err, clock);
  const logged =
    (level: 'info' | 'warn' | 'error', style?: Style): Logger[typeof level] =>
    (bindings, message) => {
      // The updates have each gap, too.
      if (!isGap(bindings)) events.add(clock.now(), `${message}${bindingText(bindings)}`, style);
      elsewhere?.[level](bindings, message);
    };
  const styled = (text: string, style?: Style): string => (style === undefined ? text : paint(style, text));
  const picture = (feed: Watchable): Picture => {
    const [now, monotonic, stats] = [clock.now(), clock.monotonic(), feed.stats()];
    return {
      ...watched,
      connection,
      advice,
      stats,
      rate: rate.at(monotonic, stats.received),
      known,
      events,
      now,
      monotonic,
    };
  };

  return {
    logger: {
      debug: () => undefined,
      info: logged('info'),
      warn: logged('warn', 'yellow'),
      error: logged('error', 'red'),
    },
    follow: (feed) => {
      screen.enter();
      // The warnings on stderr are behind the alternate screen.
      if (screen.showsErrors) for (const warning of watched.warnings ?? []) events.add(clock.now(), warning, 'yellow');
      const following = new Subscription(() => {
        screen.leave();
      });
      following.add(
        feed.state$.subscribe((state) => {
          connection = state;
        }),
      );
      following.add(
        screen.resized$.subscribe(() => {
          canvas.erase();
        }),
      );
      following.add(
        merge(interval(REDRAW, clock.timers), screen.resized$).subscribe(() => {
          canvas.draw(frame(picture(feed), screen.size(), paint));
        }),
      );
      return following;
    },
    show: (update) => {
      if (update.kind === 'gap') events.add(clock.now(), gapText(update), update.phase === 'open' ? 'red' : 'green');
      else known.set(update.symbol, update);
    },
    advise: (present) => {
      advice = present;
    },
    conclude: (summary) => {
      const last = events.last(LAST_EVENTS, screen.size().columns).map(({ text, style }) => styled(text, style));
      out(`${[...last, '', countsText(summary)].join('\n')}\n`);
    },
  };
}
