import { parseArgs, type ParseArgsConfig } from 'node:util';
import { HIDDEN, outOfRange, wrongType } from '../../operators/support/argument.js';
import { addressIn } from '../../operators/support/safeText.js';
import { checkSymbols } from '../feed/topics/checkSymbol.js';
import { parseEndpoint } from '../mqtt/transport/endpointUrl.js';

/** The options of every command. */
export interface ShowOptions {
  /** How long to run, in s; `Infinity` until interrupted. */
  readonly seconds: number;
  readonly json: boolean;
}

/** Where to watch: a broker by its URL, or Settrade, which gives the addresses of its brokers. */
export type Place = { readonly url: string } | 'settrade';

/** The command that the command line asks for. */
export type Command =
  | { readonly name: 'help'; readonly of?: CommandName }
  | (ShowOptions & { readonly name: 'demo'; readonly symbols: readonly string[] })
  | (ShowOptions & { readonly name: 'watch'; readonly symbols: readonly string[]; readonly at: Place })
  | GenerateCommand;

/** The decoder to generate, and the file for it; without `out` it goes to stdout. */
export interface GenerateCommand {
  readonly name: 'generate';
  readonly schema: string;
  readonly message: string;
  readonly out?: string;
}

/** The commands of the program. */
export type CommandName = 'demo' | 'watch' | 'generate';

const commandNames: readonly CommandName[] = ['demo', 'watch', 'generate'];

/** Five symbols of the Stock Exchange of Thailand; one of them has spaces and an ampersand. */
export const demoSymbols: readonly string[] = ['AOT', 'PTT', 'ADVANC', 'DELTA', 'S & J'];

/** The longest timer, in whole seconds. */
const LONGEST = Math.floor((2 ** 31 - 1) / 1000);

const common = {
  seconds: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The form of names of commands and options. Any other text in their place may be an address with a password. */
const NAME = /^[a-z-]{1,20}$/i;

const shownName = (text: string): string => (NAME.test(text) ? text : HIDDEN);

/** `parseArgs` of Node, with errors that don't quote an unknown option, since it may hold a secret. */
function parsed<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error;
    const option = shownName(/'([^']*)'/.exec(message)?.[1] ?? '');
    throw wrongType(option, HIDDEN, 'there is no such option');
  }
}

function checkSeconds(text: string | undefined): number {
  if (text === undefined) return Infinity;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= LONGEST) return seconds;
  throw outOfRange(
    '--seconds',
    /^[-+.e\d]*$/i.test(text) ? text : HIDDEN,
    `pass a number of seconds above 0, at most ${LONGEST}`,
  );
}

/**
 * A user may pass an address in the place of a symbol, and symbols are printed. So a text that may be an address is
 * refused.
 */
const MAYBE_ADDRESS = /@|%40|:\/|[?=]/;
const LONGEST_SHOWN = 20;

/** Checks symbols, and removes duplicates, which may differ in case. */
function checkList(given: readonly string[]): readonly string[] {
  for (const [index, symbol] of given.entries()) {
    if (MAYBE_ADDRESS.test(symbol) || (symbol.includes('/') && symbol.length > LONGEST_SHOWN)) {
      throw outOfRange(`SYMBOL[${String(index)}]`, HIDDEN, 'name a symbol; the address of a broker is passed as --url');
    }
  }
  return checkSymbols(
    'SYMBOL',
    given.map((symbol) => symbol.trim().toUpperCase()),
  );
}

function checkUrl(url: string | undefined): string {
  const remedy =
    'pass scheme://host, the scheme one of mqtt, mqtts, ws, wss; credentials in API_TOKEN, or MQTT_USERNAME and MQTT_PASSWORD';
  if (url === undefined) throw wrongType('--url', url, `${remedy}; or pass --settrade`);
  try {
    parseEndpoint({ url });
    return url;
  } catch {
    throw outOfRange('--url', addressIn(url) ?? HIDDEN, remedy);
  }
}

function parseDemo(args: string[]): Command {
  const { values, positionals } = parsed({ args, allowPositionals: true, options: common });
  if (values.help) return { name: 'help', of: 'demo' };
  const symbols = positionals.length === 0 ? demoSymbols : checkList(positionals);
  return { name: 'demo', symbols, seconds: checkSeconds(values.seconds), json: values.json };
}

function parseWatch(args: string[]): Command {
  const options = { ...common, url: { type: 'string' }, settrade: { type: 'boolean', default: false } } as const;
  const { values, positionals } = parsed({ args, allowPositionals: true, options });
  if (values.help) return { name: 'help', of: 'watch' };
  if (positionals.length === 0) {
    throw wrongType(
      'SYMBOL',
      undefined,
      'name at least one, e.g. rx-quotes watch AOT PTT --url mqtts://broker.example',
    );
  }
  if (values.settrade && values.url !== undefined) {
    throw wrongType(
      '--url',
      HIDDEN,
      'leave it out: --settrade finds its broker itself; another deployment is SETTRADE_BASE_URL',
    );
  }
  const symbols = checkList(positionals);
  const at = values.settrade ? 'settrade' : { url: checkUrl(values.url) };
  return { name: 'watch', symbols, at, seconds: checkSeconds(values.seconds), json: values.json };
}

function parseGenerate(args: string[]): Command {
  const options = { out: { type: 'string' }, help: common.help } as const;
  const { values, positionals } = parsed({ args, allowPositionals: true, options });
  if (values.help) return { name: 'help', of: 'generate' };
  const [schema, message, ...others] = positionals;
  const example = 'e.g. rx-quotes generate quotes.proto Quote --out quote.ts';
  if (schema === undefined) throw wrongType('SCHEMA', schema, `name a .proto file, ${example}`);
  if (message === undefined) throw wrongType('MESSAGE', message, `name a message of the schema, ${example}`);
  if (others.length > 0) throw wrongType('MESSAGE', HIDDEN, `name one message, ${example}`);
  if (values.out === '') throw outOfRange('--out', values.out, 'pass the path of a file to write');
  return { name: 'generate', schema, message, ...(values.out === undefined ? {} : { out: values.out }) };
}

/**
 * Reads the command line.
 *
 * @throws TypeError or RangeError naming the option, its value and the remedy
 */
export function parseCommand([command, ...args]: readonly string[]): Command {
  switch (command) {
    case 'demo':
      return parseDemo(args);
    case 'watch':
      return parseWatch(args);
    case 'generate':
      return parseGenerate(args);
    case 'help':
    case '--help':
    case '-h':
      return { name: 'help' };
    default:
      throw outOfRange(
        'the command',
        command === undefined ? command : shownName(command),
        `pass one of ${commandNames.join(', ')}`,
      );
  }
}
