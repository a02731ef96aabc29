import { HIDDEN, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { addressIn } from '../../../operators/support/safeText.js';
import { parseEndpoint } from '../../mqtt/transport/endpointUrl.js';
import { relayPrefix } from '../../relay/relayTopics.js';
import { checkSeconds, parsed, shownName, shownPath } from './arguments.js';
import { demoSymbols } from './demo.js';
import { type Place, placeOf, placeOptions, symbolsAt } from './placeOptions.js';

/** Publishes the quotes of a place to a broker. */
export interface RelayCommand {
  readonly name: 'relay';
  readonly place: Place;
  /** The symbols that are named; with none and no file, all symbols of the place. */
  readonly symbols: readonly string[];
  /** The path of a file with more symbols. */
  readonly symbolsFile?: string;
  /** The URL of the broker to publish to. */
  readonly to: string;
  /** The path of a PEM file with the certificates to trust for it. */
  readonly toCa?: string;
  readonly prefix: string;
  readonly rate: number;
  readonly depth: 1 | 10;
  readonly format: 'protobuf' | 'json';
  readonly shard: { readonly index: number; readonly count: number };
  /** How long to run, in s; `Infinity` until interrupted. */
  readonly seconds: number;
}

const options = {
  ...placeOptions,
  demo: { type: 'boolean', default: false },
  symbols: { type: 'string' },
  to: { type: 'string' },
  'to-ca': { type: 'string' },
  prefix: { type: 'string' },
  rate: { type: 'string', default: '2' },
  depth: { type: 'string', default: '1' },
  format: { type: 'string', default: 'protobuf' },
  shard: { type: 'string', default: '1/1' },
  seconds: { type: 'string' },
} as const;

const MOST_SHARDS = 4_096;

function checkTo(url: string | undefined): string {
  const remedy =
    'pass the broker to publish to, scheme://host, the scheme one of mqtt, mqtts, ws, wss; credentials in RX_QUOTES_RELAY_USERNAME and RX_QUOTES_RELAY_PASSWORD';
  if (url === undefined) throw wrongType('--to', url, remedy);
  try {
    parseEndpoint({ url });
    return url;
  } catch {
    throw outOfRange('--to', addressIn(url) ?? HIDDEN, remedy);
  }
}

function checkToCa(path: string, to: string): string {
  if (/^(mqtt|ws):/i.test(to)) throw outOfRange('--to-ca', shownPath(path), 'leave it out: --to is not encrypted');
  if (path !== '') return path;
  throw outOfRange('--to-ca', path, 'pass the path of a PEM file with the certificates to trust');
}

function checkPrefix(prefix: string | undefined): string {
  try {
    return relayPrefix('--prefix', prefix);
  } catch {
    throw outOfRange(
      '--prefix',
      prefix === '' ? '' : HIDDEN,
      'pass levels of a topic without + and #, e.g. desk/quotes',
    );
  }
}

const shownNumber = (text: string): string => (/^[-+.e\d/]*$/i.test(text) ? text : HIDDEN);

function checkRate(text: string): number {
  const rate = Number(text);
  if (text.trim() !== '' && rate >= 0.1 && rate <= 1_000) return rate;
  throw outOfRange('--rate', shownNumber(text), 'pass images of a symbol in a second, 0.1 to 1000');
}

function checkDepth(text: string): 1 | 10 {
  if (text === '1') return 1;
  if (text === '10') return 10;
  throw outOfRange('--depth', shownNumber(text), 'pass 1 or 10');
}

function checkFormat(text: string): 'protobuf' | 'json' {
  if (text === 'protobuf' || text === 'json') return text;
  throw outOfRange('--format', shownName(text), 'pass protobuf or json');
}

function checkShard(text: string): RelayCommand['shard'] {
  const [index = 0, count = 0] = /^\d{1,4}\/\d{1,4}$/.test(text) ? text.split('/').map(Number) : [];
  if (index >= 1 && index <= count && count <= MOST_SHARDS) return { index, count };
  const remedy = `pass the number of this relay and of all, e.g. 2/4; at most ${String(MOST_SHARDS)}`;
  throw outOfRange('--shard', shownNumber(text), remedy);
}

function checkSymbolsFile(path: string): string {
  if (path !== '') return path;
  throw outOfRange('--symbols', path, 'pass the path of a file with a symbol a line');
}

/** Reads the arguments of `relay`. */
export function parseRelay(args: string[]): RelayCommand {
  const { values, positionals } = parsed({ args, allowPositionals: true, options });
  const place = placeOf(values);
  const isUsual = place.kind === 'demo' && positionals.length === 0 && values.symbols === undefined;
  const to = checkTo(values.to);
  return {
    name: 'relay',
    place,
    symbols: isUsual ? demoSymbols : symbolsAt(place, positionals),
    ...(values.symbols === undefined ? {} : { symbolsFile: checkSymbolsFile(values.symbols) }),
    to,
    ...(values['to-ca'] === undefined ? {} : { toCa: checkToCa(values['to-ca'], to) }),
    prefix: checkPrefix(values.prefix),
    rate: checkRate(values.rate),
    depth: checkDepth(values.depth),
    format: checkFormat(values.format),
    shard: checkShard(values.shard),
    seconds: checkSeconds(values.seconds),
  };
}
