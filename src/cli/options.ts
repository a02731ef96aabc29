import { parseArgs } from 'node:util';
import { outOfRange, wrongType } from '../../operators/internal/argument.js';
import { checkSymbols } from '../feed/checkSymbol.js';
import { parseEndpoint } from '../mqtt/endpointUrl.js';

/** What the command line asks for. */
export interface Options {
  /** A broker to watch; left out, a recording is played by a broker of our own. */
  readonly url?: string;
  /** Left out: those of the recording. */
  readonly symbols?: readonly string[];
  /** How long to run; `Infinity` until interrupted. */
  readonly seconds: number;
  readonly json: boolean;
  /** File of the recording; left out, the repository's. */
  readonly payloads?: string;
}

/** A timer's longest span, in whole seconds. */
const LONGEST = Math.floor((2 ** 31 - 1) / 1000);

function checkSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== '' && seconds > 0 && seconds <= LONGEST) return seconds;
  throw outOfRange('--seconds', text, `pass a number of seconds above 0, at most ${String(LONGEST)}`);
}

function checkList(text: string): readonly string[] {
  const symbols = text.split(',').map((symbol) => symbol.trim().toUpperCase());
  if (symbols.includes(''))
    throw outOfRange('--symbols', text, 'pass symbols with commas in between, e.g. AOT,PTT,"S & J"');
  return checkSymbols('--symbols', symbols);
}

function checkUrl(url: string): string {
  try {
    parseEndpoint({ url });
    return url;
  } catch {
    const remedy =
      'pass scheme://host, the scheme one of mqtt, mqtts, ws, wss; credentials in MQTT_USERNAME and MQTT_PASSWORD';
    // What is before an @ may be a password.
    throw outOfRange('--url', url.replace(/^.*@/, '…@'), remedy);
  }
}

/**
 * Reads the command line.
 *
 * @returns `'help'` when that is what was asked for
 * @throws TypeError or RangeError naming the option and its value
 */
export function parseOptions(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      url: { type: 'string' },
      symbols: { type: 'string' },
      seconds: { type: 'string' },
      payloads: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { url, symbols, seconds, payloads, json, help } = values;
  if (help) return 'help';
  if (url !== undefined && payloads !== undefined) {
    throw wrongType('--payloads', payloads, 'leave it out with --url: nothing is played to another broker');
  }
  return {
    seconds: seconds === undefined ? Infinity : checkSeconds(seconds),
    json,
    ...(url === undefined ? {} : { url: checkUrl(url) }),
    ...(symbols === undefined ? {} : { symbols: checkList(symbols) }),
    ...(payloads === undefined ? {} : { payloads }),
  };
}
