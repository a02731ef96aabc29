import type { FigureName, Result, Spread } from './figures.js';

/** A figure of a row, or the one figure of a cost, each by the name it has in the results. */
type Operand = { readonly row: string; readonly figure: FigureName } | { readonly cost: string };

/** A limit on one figure of a run, or on the ratio of two. */
export interface Bound {
  readonly what: string;
  readonly sense: 'at most' | 'at least';
  readonly bound: number;
  /** The value to aim for. */
  readonly stretch: number;
  /** A ratio has `×`; the received part that is delivered has none. */
  readonly unit: '×' | '%' | 'ms' | 'MB' | 'kB' | '';
  readonly of: Operand;
  /** The figure to divide by; left out where the figure itself is limited. */
  readonly to?: Operand;
}

/** A bound with the value that a run has for it. */
export interface JudgedBound extends Omit<Bound, 'of' | 'to'> {
  readonly value: number;
  readonly holds: boolean;
  /** The same value of a feed with learned staleness; left out where no feed is measured. */
  readonly byDefault?: number;
}

/** The feed that bounds are about. */
const feed = 'rx-quotes-stale-after';
const feedByDefault = 'rx-quotes';

const atMost = (bound: number, stretch: number) => ({ sense: 'at most', bound, stretch }) as const;
const atLeast = (bound: number, stretch: number) => ({ sense: 'at least', bound, stretch }) as const;

/** A figure of the feed over that of a peer in the same scenario. */
function against(peer: string, scenario: string, figure: FigureName): Pick<Bound, 'unit' | 'of' | 'to'> {
  return { unit: '×', of: { row: `${scenario} ${feed}`, figure }, to: { row: `${scenario} ${peer}`, figure } };
}

const latency = (rate: string, scenario: string): readonly Bound[] => [
  { what: `p50 at ${rate}/s against MQTT.js`, ...atMost(1.5, 1.1), ...against('mqttjs', scenario, 'p50') },
  { what: `p99 at ${rate}/s against MQTT.js`, ...atMost(2, 1.3), ...against('mqttjs', scenario, 'p99') },
];

/** Every bound; where no rate is named, the source sends as fast as it is read. */
export const bounds: readonly Bound[] = [
  {
    what: 'CPU of a delivered message against MQTT.js, TCP',
    ...atMost(0.8, 0.55),
    ...against('mqttjs', 'burst tcp 500', 'cpu'),
  },
  {
    what: 'CPU of a delivered message against MQTT.js, wss',
    ...atMost(0.85, 0.65),
    ...against('mqttjs', 'burst wss 500', 'cpu'),
  },
  {
    what: 'CPU of a delivered message against MQTT.js, one message in each TLS record',
    ...atMost(0.95, 0.75),
    ...against('mqttjs', 'tls-record wss 500', 'cpu'),
  },
  {
    what: 'delivered/s against MQTT.js with protobufjs, TCP',
    ...atLeast(3.3, 5),
    ...against('mqttjs-protobufjs', 'burst tcp 500', 'delivered'),
  },
  {
    what: 'delivered of the received messages, TCP',
    ...atLeast(0.9, 1),
    unit: '',
    of: { row: `burst tcp 500 ${feed}`, figure: 'delivered' },
    to: { row: `burst tcp 500 ${feed}`, figure: 'received' },
  },
  ...latency('10,000', 'paced-10000 tcp 500'),
  ...latency('50,000', 'paced-50000 tcp 500'),
  {
    what: 'conflated at 100,000/s, TCP',
    ...atMost(0.1, 0),
    unit: '%',
    of: { row: `paced-100000 tcp 500 ${feed}`, figure: 'conflated' },
  },
  {
    what: 'CPU of a delivered message at 100,000/s against MQTT.js, TCP',
    ...atMost(1, 0.8),
    ...against('mqttjs', 'paced-100000 tcp 500', 'cpu'),
  },
  {
    what: 'speed of decoding ten levels against protobufjs',
    ...atLeast(5, 6.5),
    unit: '×',
    of: { cost: 'decode ten-levels protobufjs' },
    to: { cost: 'decode ten-levels rx-quotes' },
  },
  {
    what: 'speed of decoding the best level against protobufjs',
    ...atLeast(8, 10),
    unit: '×',
    of: { cost: 'decode best-level protobufjs' },
    to: { cost: 'decode best-level rx-quotes' },
  },
  {
    what: 'CPU of a delivered message of 10,000 topics against 100, TCP',
    ...atMost(1.6, 1.2),
    unit: '×',
    of: { row: `burst tcp 10000 ${feed}`, figure: 'cpu' },
    to: { row: `burst tcp 100 ${feed}`, figure: 'cpu' },
  },
  { what: 'CPU of one scrape of 800 symbols', ...atMost(2, 1), unit: 'ms', of: { cost: 'scrape 800-symbols' } },
  {
    what: 'growth of the heap over 10,000,000 messages',
    ...atMost(1, 0),
    unit: 'MB',
    of: { cost: `heap-growth ${feed}` },
  },
  {
    what: 'gzipped size of the main entry for a browser, without mqtt and rxjs',
    ...atMost(36, 30),
    unit: 'kB',
    of: { cost: 'size browser' },
  },
];

const nameOf = (operand: Operand): string => ('row' in operand ? operand.row : operand.cost);

const isFeed = (operand: Operand): boolean => nameOf(operand).endsWith(` ${feed}`);

/** The same figure of a feed with learned staleness, where it is one of the feed. */
function withDefaults(operand: Operand): Operand {
  if (!isFeed(operand)) return operand;
  const name = `${nameOf(operand).slice(0, -feed.length)}${feedByDefault}`;
  return 'row' in operand ? { ...operand, row: name } : { cost: name };
}

/** Names of the rows that bounds read, those of a feed with learned staleness included. */
export const boundRows: ReadonlySet<string> = new Set(
  bounds
    .flatMap(({ of, to }) => [of, to ?? of])
    .flatMap((operand) => [operand, withDefaults(operand)])
    .flatMap((operand) => ('row' in operand ? [operand.row] : [])),
);

/** The results of a run that bounds are judged by. */
export interface Measured {
  readonly rows: readonly { readonly name: string; readonly result: Result }[];
  readonly costs: readonly { readonly name: string; readonly spread: Spread }[];
}

function medianOf({ rows, costs }: Measured, operand: Operand): number | undefined {
  if ('cost' in operand) return costs.find(({ name }) => name === operand.cost)?.spread.median;
  return rows.find(({ name }) => name === operand.row)?.result[operand.figure]?.median;
}

function valueOf(measured: Measured, { of, to, unit }: Pick<Bound, 'of' | 'to' | 'unit'>): number | undefined {
  const value = medianOf(measured, of);
  const by = to === undefined ? 1 : medianOf(measured, to);
  if (value === undefined || by === undefined) return undefined;
  return ((unit === '%' ? 100 : 1) * value) / by;
}

/** Judges a run by bounds; those whose rows did not run are left out. */
export function judgeBounds(measured: Measured, all: readonly Bound[] = bounds): readonly JudgedBound[] {
  return all.flatMap(({ of, to, ...limit }): JudgedBound[] => {
    const operands = { of, ...(to === undefined ? {} : { to }), unit: limit.unit };
    const value = valueOf(measured, operands);
    if (value === undefined) return [];
    const holds = limit.sense === 'at most' ? value <= limit.bound : value >= limit.bound;
    const byDefault = isFeed(of)
      ? valueOf(measured, { ...operands, of: withDefaults(of), ...(to === undefined ? {} : { to: withDefaults(to) }) })
      : undefined;
    return [{ ...limit, value, holds, ...(byDefault === undefined ? {} : { byDefault }) }];
  });
}
