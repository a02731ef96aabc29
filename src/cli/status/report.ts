/** A finding as a metrics server reports it. */
export interface ReportedFinding {
  readonly code: string;
  readonly severity: string;
  readonly symptom: string;
  readonly fixes: readonly string[];
  /** Times as ISO 8601, and further fields, which a server of another version may leave out. */
  readonly since?: string;
  readonly last?: string;
  /** The place of the finding in the documentation, e.g. `docs/playbook.md#rxp-dns`. */
  readonly doc?: string;
}

/** A symbol whose price can't be trusted. */
export interface DoubtedSymbol {
  readonly symbol: string;
  readonly state: string;
  /** The age of the last image in ms; left out before the first. */
  readonly age?: number;
}

/** One topic of the explained symbol. */
export interface ExplainedTopic {
  readonly topic: string;
  readonly why: string;
  readonly silence?: { readonly text: string };
  readonly messages: readonly { readonly at: string; readonly count: number; readonly outcome: string }[];
}

/** The health of a feed as `/health` reports it. */
export interface ReportedHealth {
  readonly ok: boolean;
  readonly ready: boolean;
  readonly status: string;
  readonly epoch?: number;
  /** ISO 8601. */
  readonly since: string;
  /** The number of symbols in each state. */
  readonly symbols: Readonly<Record<string, number>>;
  readonly findings: readonly ReportedFinding[];
}

/** All that is reported of one feed. */
export interface FeedReport extends ReportedHealth {
  readonly inDoubt: readonly DoubtedSymbol[];
  /** The explanation of the symbol that was asked for; left out if the feed does not have it. */
  readonly explain?: readonly ExplainedTopic[];
}

/** The combined answers of a metrics server, or the reason why there are none. */
export type StatusReport = {
  readonly url: string;
  /** Wall time of the answer by the clock of the process, ISO 8601. */
  readonly at: string;
  /** The symbol that was asked for. */
  readonly symbol?: string;
} & ({ readonly feeds: Readonly<Record<string, FeedReport>> } | { readonly error: string });

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): boolean => typeof value === 'string';
const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const isNumber = (value: unknown): boolean => typeof value === 'number';
const maybe =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    value === undefined || is(value);
const listOf =
  (is: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(is);

/** Makes a check of an object's fields. */
const having =
  (checks: Readonly<Record<string, (value: unknown) => boolean>>) =>
  (value: unknown): boolean =>
    isFields(value) && Object.entries(checks).every(([name, is]) => is(value[name]));

const isFinding = having({
  ...{ code: isText, severity: isText, symptom: isText, fixes: listOf(isText) },
  ...{ since: maybe(isTime), last: maybe(isTime), doc: maybe(isText) },
});
const isHealth = having({
  ...{ ok: (value) => typeof value === 'boolean', ready: (value) => typeof value === 'boolean', status: isText },
  ...{ epoch: maybe(isNumber), since: isTime, findings: listOf(isFinding) },
  symbols: (value) => isFields(value) && Object.values(value).every(isNumber),
});
const isDoubted = having({ symbol: isText, state: isText, age: maybe(isNumber) });
const isExplained = having({
  ...{ topic: isText, why: isText, silence: maybe(having({ text: isText })) },
  messages: listOf(having({ at: isTime, count: isNumber, outcome: isText })),
});

function feedsIn(value: unknown, isFeed: (value: unknown) => boolean): unknown {
  const feeds = isFields(value) ? value['feeds'] : undefined;
  return isFields(feeds) && Object.values(feeds).every(isFeed) ? feeds : undefined;
}

/** The health of every feed in an answer of `/health`; `undefined` when it is none. */
export function healthsIn(value: unknown): Readonly<Record<string, ReportedHealth>> | undefined {
  return feedsIn(value, isHealth) as Readonly<Record<string, ReportedHealth>> | undefined;
}

/** The symbols of every feed in an answer of `/symbols`; `undefined` when it is none. */
export function symbolsIn(value: unknown): Readonly<Record<string, readonly DoubtedSymbol[]>> | undefined {
  return feedsIn(value, listOf(isDoubted)) as Readonly<Record<string, readonly DoubtedSymbol[]>> | undefined;
}

/** The explanations of every feed in an answer of `/explain`; `undefined` when it is none. */
export function explanationsIn(value: unknown): Readonly<Record<string, readonly ExplainedTopic[]>> | undefined {
  return feedsIn(value, listOf(isExplained)) as Readonly<Record<string, readonly ExplainedTopic[]>> | undefined;
}
