import { SchemaError } from '../generate/schema.js';
import { systemClock } from '../index.js';
import { doctor } from './doctor/doctor.js';
import { generate } from './generate.js';
import { helpText } from './help.js';
import { type Command, parseCommand } from './options/command.js';
import type { DemoCommand } from './options/demo.js';
import type { WatchCommand } from './options/watch.js';
import { openPlace } from './place/openPlace.js';
import { relay } from './relay.js';
import { status } from './status/status.js';
import type { Terminal } from './terminal/terminal.js';
import { packageVersion } from './version.js';
import { watch } from './watch.js';
import { sessionWarning, startDemo, type Watched } from './watched.js';

/** Inputs of a run that don't come from the command line. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** How long the demonstration's link stays up before it is cut, in ms. @defaultValue 3000, or a third of the run */
  readonly dropAfter?: number;
}

/** Exit code when the command failed. */
const FAILED = 1;
/** Exit code for an invalid command line. */
const WRONG_USAGE = 2;

/**
 * The feed has to recover from the cut before the end: the back-off takes up to a second, a symbol's next image a
 * quarter of a second.
 */
function usualDrop(seconds: number): number {
  return seconds < 3 ? Infinity : Math.min(3000, (seconds * 1000) / 3);
}

async function open(command: DemoCommand | WatchCommand, { env, dropAfter }: Surroundings): Promise<Watched> {
  if (command.name === 'demo') return startDemo(command.symbols, systemClock, dropAfter ?? usualDrop(command.seconds));
  const { place, symbols } = command;
  const opened = await openPlace(place, symbols, env, systemClock);
  const shared = place.kind === 'settrade' ? sessionWarning(opened.venue.sessions) : [];
  return { ...opened, symbols, warnings: [...opened.warnings, ...shared] };
}

async function show(command: DemoCommand | WatchCommand, terminal: Terminal, around: Surroundings): Promise<number> {
  const watched = await open(command, around);
  for (const warning of watched.warnings) terminal.err(`rx-quotes: ${warning}\n`);
  try {
    return await watch(watched, command, terminal, systemClock);
  } finally {
    await watched.stop();
  }
}

async function perform(command: Command, terminal: Terminal, surroundings: Surroundings): Promise<number> {
  switch (command.name) {
    case 'help':
      terminal.out(helpText(command.of));
      return 0;
    case 'version':
      terminal.out(`${packageVersion()}\n`);
      return 0;
    case 'generate':
      await generate(command, terminal);
      return 0;
    case 'doctor':
      return doctor(command, terminal, surroundings.env, systemClock);
    case 'relay':
      return relay(command, terminal, surroundings.env, systemClock);
    case 'status':
      return status(command, terminal, systemClock);
    default:
      return show(command, terminal, surroundings);
  }
}

/**
 * The exit code for an error that the user can fix: wrong usage, a schema, a missing package. `undefined` for any other
 * error.
 */
function exitCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'RXQ_ARGUMENT' || code?.startsWith('ERR_PARSE_ARGS') === true) return WRONG_USAGE;
  if (error instanceof SchemaError) return FAILED;
  const { code: causeCode } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return causeCode === 'ERR_MODULE_NOT_FOUND' ? FAILED : undefined;
}

/** Runs a command line; resolves to the exit code. */
export async function run(args: readonly string[], terminal: Terminal, surroundings: Surroundings): Promise<number> {
  try {
    return await perform(parseCommand(args), terminal, surroundings);
  } catch (error) {
    const exitCode = exitCodeOf(error);
    if (exitCode === undefined) throw error;
    terminal.err(
      `rx-quotes: ${(error as Error).message}\n${exitCode === WRONG_USAGE ? 'Try rx-quotes --help.\n' : ''}`,
    );
    return exitCode;
  }
}
