import { systemClock } from '../index.js';
import { help } from './help.js';
import { type Options, parseOptions } from './options.js';
import type { Terminal } from './terminal.js';
import { watch } from './watch.js';
import { atBroker, startDemo, type Watched } from './watched.js';

/** What is not asked for on the command line. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** How long the demonstration's link stays up before it is cut, in ms. @defaultValue 3000 */
  readonly dropAfter?: number;
}

/** Exit code for a command line that can't be followed. */
const WRONG_USAGE = 2;

function open(options: Options, { env, dropAfter = 3000 }: Surroundings): Promise<Watched> | Watched {
  return options.url === undefined ? startDemo(options, systemClock, dropAfter) : atBroker(options.url, options, env);
}

/** Whether an error is about what the user wrote: the program's own errors are not shown as the user's. */
function isUsage(error: unknown): error is Error & { readonly code: string } {
  const { code } = (error ?? {}) as { readonly code?: unknown };
  return (
    error instanceof Error && typeof code === 'string' && (code === 'RXQ_ARGUMENT' || code.startsWith('ERR_PARSE_ARGS'))
  );
}

/** Does what a command line says; resolves to the exit code. */
export async function run(args: readonly string[], terminal: Terminal, surroundings: Surroundings): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options === 'help') {
      terminal.out(help);
      return 0;
    }
    const watched = await open(options, surroundings);
    try {
      return await watch(watched, options, terminal, systemClock);
    } finally {
      await watched.stop();
    }
  } catch (error) {
    if (!isUsage(error)) throw error;
    terminal.err(`${error.message}\nTry --help.\n`);
    return WRONG_USAGE;
  }
}
