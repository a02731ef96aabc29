import { outOfRange } from '../../../operators/support/argument.js';
import { shownName } from './arguments.js';
import { type DemoCommand, parseDemo } from './demo.js';
import { type DoctorCommand, parseDoctor } from './doctor.js';
import { type GenerateCommand, parseGenerate } from './generate.js';
import { parseRelay, type RelayCommand } from './relay.js';
import { parseStatus, type StatusCommand } from './status.js';
import { parseWatch, type WatchCommand } from './watch.js';

/** A command that has a name, arguments and a help text of its own. */
type NamedCommand = DemoCommand | WatchCommand | RelayCommand | DoctorCommand | StatusCommand | GenerateCommand;

/** The commands of the program. */
export type CommandName = NamedCommand['name'];

/** The command that the command line asks for. */
export type Command =
  | NamedCommand
  | { readonly name: 'help'; readonly of?: CommandName }
  | { readonly name: 'version' };

const parsers: Readonly<Record<CommandName, (args: string[]) => NamedCommand>> = {
  demo: parseDemo,
  watch: parseWatch,
  relay: parseRelay,
  doctor: parseDoctor,
  status: parseStatus,
  generate: parseGenerate,
};

function isCommandName(text: string): text is CommandName {
  return Object.hasOwn(parsers, text);
}

/**
 * Reads the command line.
 *
 * @throws TypeError or RangeError naming the option, its value and the remedy
 */
export function parseCommand([command, ...args]: readonly string[]): Command {
  if (command === '--version') return { name: 'version' };
  if (command === 'help' || command === '--help' || command === '-h') return { name: 'help' };
  if (command === undefined || !isCommandName(command)) {
    const names = Object.keys(parsers).join(', ');
    throw outOfRange('the command', command === undefined ? command : shownName(command), `pass one of ${names}`);
  }
  if (args.includes('--help') || args.includes('-h')) return { name: 'help', of: command };
  return parsers[command](args);
}
