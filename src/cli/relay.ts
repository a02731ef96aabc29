import { interval, merge, NEVER, Subscription, take, timer } from 'rxjs';
import { wrongType } from '../../operators/support/argument.js';
import type { Clock } from '../model/clock.js';
import type { Endpoint } from '../model/transport.js';
import { quoteFeed } from '../index.js';
import type { Logger } from '../feed/diagnostics/logger.js';
import type { QuoteFeed } from '../feed/feedTypes.js';
import type { ConnectionState } from '../mqtt/session/connectionState.js';
import { addressOf } from '../mqtt/transport/endpointUrl.js';
import { startRelay } from '../relay/index.js';
import { shardOf } from '../relay/shardOf.js';
import { describe } from '../store/describe.js';
import { symbolsAt } from './options/placeOptions.js';
import type { RelayCommand } from './options/relay.js';
import { readCertificates } from './place/certificates.js';
import { exposure, given } from './place/credentials.js';
import { openPlace } from './place/openPlace.js';
import { readSymbols } from './place/symbolsFile.js';
import type { Terminal } from './terminal/terminal.js';
import { counted, timeOfDay } from './view/figures.js';
import { logLines } from './view/logLines.js';
import { withoutQuote } from './view/withoutQuote.js';
import { sessionWarning } from './watched.js';

/** The time in ms between two lines while nothing changes. */
const LINE_EVERY = 10_000;

/** The unsent bytes that a line shows: fewer are on their way. */
const WORTH_SHOWING = 65_536;

/** The broker to publish to, with the credentials from the environment. */
function targetOf({ to, toCa }: RelayCommand, env: NodeJS.ProcessEnv): Endpoint {
  const username = given(env, 'RX_QUOTES_RELAY_USERNAME');
  const password = given(env, 'RX_QUOTES_RELAY_PASSWORD');
  if (password !== undefined && username === undefined) {
    throw wrongType('RX_QUOTES_RELAY_USERNAME', undefined, 'set it too: MQTT 3.1.1 allows no password without it');
  }
  return {
    url: to,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(toCa === undefined ? {} : { tls: { ca: readCertificates('--to-ca', toCa) } }),
  };
}

/** Publishes the quotes of a place until the program ends; resolves to the exit code. */
export async function relay(
  command: RelayCommand,
  terminal: Terminal,
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Promise<number> {
  const { place, prefix, rate, depth, format, shard, symbolsFile, seconds } = command;
  const listed = symbolsFile === undefined ? [] : symbolsAt(place, readSymbols(symbolsFile));
  const symbols = [...new Set([...command.symbols, ...listed])];
  const broker = targetOf(command, env);
  const exposed = exposure(broker);
  const opened = await openPlace(place, symbols, env, clock);
  const shared = place.kind === 'settrade' ? sessionWarning(opened.venue.sessions) : [];
  for (const warning of [...opened.warnings, ...shared, ...(exposed === undefined ? [] : [exposed])])
    terminal.err(`rx-quotes: ${warning}\n`);

  const log = logLines(terminal.err, clock);
  // The lines on stdout show each change of a connection.
  const logger: Logger = { ...log, info: () => undefined };
  const feed = quoteFeed({ venue: opened.venue, clock, logger });
  const selected = symbols.length === 0 && symbolsFile === undefined ? {} : { symbols };
  const options = { prefix, rate, depth, format, shard, clock };
  const running = startRelay({ feed, broker, logger, ...selected, ...options });
  const showing = new Subscription();
  try {
    return await new Promise<number>((resolve) => {
      const own = symbols.filter((symbol) => shardOf(symbol, shard.count) === shard.index);
      showing.add(show(command, own, opened.url, feed, running, terminal, clock));
      showing.add(
        running.state$.subscribe({
          // The logger has the reason.
          error: () => {
            resolve(1);
          },
        }),
      );
      const end$ = merge(terminal.ended$, seconds === Infinity ? NEVER : timer(seconds * 1_000, clock.timers));
      showing.add(
        end$.pipe(take(1)).subscribe(() => {
          resolve(0);
        }),
      );
    });
  } finally {
    showing.unsubscribe();
    await running.close();
    await feed.close();
    await opened.stop();
  }
}

/** Writes a line when a connection changes, and each 10 s. */
function show(
  { to }: RelayCommand,
  symbols: readonly string[],
  from: string,
  feed: Pick<QuoteFeed, 'state$'> & { last(symbol: string): object | undefined },
  running: ReturnType<typeof startRelay>,
  { out }: Pick<Terminal, 'out'>,
  clock: Clock,
): Subscription {
  const target = addressOf(to);
  let [upstream, link] = ['', ''];
  let isLive = false;
  let last = { published: 0, at: clock.monotonic() };
  const write = (notes: readonly string[] = []): void => {
    const { published, refreshed, conflated, waiting, buffered } = running.stats();
    const [count, at] = [published + refreshed, clock.monotonic()];
    const span = at - last.at;
    const pace = span <= 0 ? 0 : ((count - last.published) * 1_000) / span;
    last = { published: count, at };
    const figures = [
      `${pace.toFixed(1)} published a second`,
      `${counted(published, 'update')} so far, ${String(conflated)} conflated, ${String(waiting)} waiting`,
      ...(buffered < WORTH_SHOWING ? [] : [`${counted(buffered, 'byte')} unsent`]),
      ...notes,
    ];
    out(`${timeOfDay(clock.now())} from ${from}: ${upstream} | to ${target}: ${link} | ${figures.join('; ')}\n`);
  };
  const showing = new Subscription();
  const follow = (state$: typeof running.state$, onText: (text: string) => boolean): void => {
    showing.add(
      state$.subscribe({
        next: (state: ConnectionState) => {
          if (state.status !== 'closed' && onText(describe(state, clock.now()))) write();
        },
        error: () => undefined,
      }),
    );
  };
  follow(feed.state$, (text) => {
    const isNew = text !== upstream;
    upstream = text;
    return isNew && link !== '';
  });
  follow(running.state$, (text) => {
    const isNew = text !== link;
    link = text;
    return isNew;
  });
  showing.add(feed.state$.subscribe(({ status }) => (isLive = status === 'live')));
  showing.add(
    interval(LINE_EVERY, clock.timers).subscribe(() => {
      write(isLive ? withoutQuote(symbols, feed) : []);
    }),
  );
  return showing;
}
