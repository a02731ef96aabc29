import { parseArgs, type ParseArgsConfig } from 'node:util';
import { HIDDEN, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { addressIn } from '../../../operators/support/safeText.js';
import { checkSymbol, checkSymbols } from '../../feed/topics/checkSymbol.js';

/** The options of the commands that show quotes. */
export interface ShowOptions {
  /** How long to run, in s; `Infinity` until interrupted. */
  readonly seconds: number;
  readonly json: boolean;
}

/** The options of the commands that show quotes, for `parseArgs`. */
export const showOptions = {
  seconds: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** The longest timer, in whole seconds. */
const LONGEST = Math.floor((2 ** 31 - 1) / 1000);

/** The form of names of commands and options. Any other text in their place may be an address with a password. */
const NAME = /^[a-z-]{1,20}$/i;

/** A name as an error shows it. */
export function shownName(text: string): string {
  return NAME.test(text) ? text : HIDDEN;
}

/** The end of a file's name, and of few passwords: paths without it are not shown. */
const EXTENSION = /\.[a-z]{2,5}$/i;

/** The path of a file as an error shows it. */
export function shownPath(path: string): string {
  return path === '' || EXTENSION.test(path) ? path : HIDDEN;
}

/** `parseArgs` of Node, with errors that don't quote an unknown option, since it may hold a secret. */
export function parsed<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ERR_PARSE_ARGS_UNKNOWN_OPTION') throw error;
    const option = shownName(/'([^']*)'/.exec(message)?.[1] ?? '');
    throw wrongType(option, HIDDEN, 'there is no such option');
  }
}

/** Checks `--seconds`. */
export function checkSeconds(text: string | undefined): number {
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

function refuseAddress(option: string, symbol: string): void {
  if (!MAYBE_ADDRESS.test(symbol) && !(symbol.includes('/') && symbol.length > LONGEST_SHOWN)) return;
  throw outOfRange(option, HIDDEN, 'name a symbol; the address of a broker is passed as --url');
}

/** Checks a symbol that is the value of an option. */
export function checkOne(option: string, symbol: string): string {
  refuseAddress(option, symbol);
  return checkSymbol(option, symbol.trim());
}

/** Checks symbols, and removes duplicates. */
export function checkList(given: readonly string[]): readonly string[] {
  for (const [index, symbol] of given.entries()) refuseAddress(`SYMBOL[${String(index)}]`, symbol);
  return checkSymbols(
    'SYMBOL',
    given.map((symbol) => symbol.trim()),
  );
}

/** Checks symbols that the venue spells in upper case, and removes duplicates, which may differ in case. */
export function checkUpperCase(given: readonly string[]): readonly string[] {
  return checkList(given.map((symbol) => symbol.toUpperCase()));
}

/**
 * Checks the address of a web page or server, and returns it without a slash at its end. A path is not shown by errors,
 * since it may hold a secret.
 */
export function checkHttpUrl(option: string, text: string, remedy: string): string {
  const address = addressIn(text);
  const url = address === undefined ? undefined : new URL(text);
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isHttp || `${url.username}${url.password}${url.search}${url.hash}` !== '') {
    throw outOfRange(option, address ?? HIDDEN, remedy);
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** Checks `--docs-base`, the address of the pages in docs/. */
export function checkDocsBase(text: string | undefined): { readonly docsBase?: string } {
  if (text === undefined) return {};
  const remedy = 'pass the address of the folder with the pages, e.g. https://docs.example/rx-quotes';
  return { docsBase: checkHttpUrl('--docs-base', text, remedy) };
}
