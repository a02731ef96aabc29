import type { TopicExplanation } from '../../feed/diagnostics/topicExplanation.js';
import type { DataState } from '../../model/state.js';
import type { MetricsRegistry } from '../exposeMetrics.js';
import { type HttpAnswer, jsonAnswer, quoted, textAnswer } from './answers.js';
import { feedHealth } from './feedHealth.js';
import type { WatchedFeed } from './watchedFeed.js';

/** The sources of the routes' answers. */
export interface AnswerSources {
  readonly registry: Pick<MetricsRegistry, 'metrics' | 'contentType'>;
  /** Every feed by its name. */
  readonly feeds: Readonly<Record<string, WatchedFeed>>;
}

/** A page of the server. */
export interface Route {
  /** The parameters of the query, others are refused; left out where a query is ignored. */
  readonly parameters?: readonly string[];
  answer(sources: AnswerSources, query: URLSearchParams): HttpAnswer | Promise<HttpAnswer>;
}

/** A query with an invalid value; the message names the valid ones. */
export class QueryError extends Error {}

const dataStates: readonly DataState[] = ['awaiting', 'live', 'quiet', 'suspect', 'stale', 'refused'];

/** The most entries of an answer for each feed. */
const maxEvents = 500;

export const routes: Readonly<Record<string, Route>> = {
  '/live': { answer: () => jsonAnswer(200, { live: true }) },
  '/ready': { answer: (sources) => judged(sources, 'ready') },
  '/health': { answer: (sources) => judged(sources, 'ok') },
  '/findings': {
    parameters: ['feed'],
    answer: ({ feeds }, query) => byFeed(chosen(feeds, query), (watched) => watched.findings()),
  },
  '/symbols': {
    parameters: ['feed', 'state'],
    answer: ({ feeds }, query) => {
      const states = statesIn(query);
      return byFeed(chosen(feeds, query), ({ feed }) => feed.symbols().filter(({ state }) => states.includes(state)));
    },
  },
  '/explain': { parameters: ['feed', 'symbol'], answer: ({ feeds }, query) => explained(chosen(feeds, query), query) },
  '/events': {
    parameters: ['feed', 'limit'],
    answer: ({ feeds }, query) => {
      const limit = limitIn(query);
      return byFeed(chosen(feeds, query), (watched) => watched.events(limit));
    },
  },
  '/metrics': {
    answer: async ({ registry }) => ({
      status: 200,
      body: await registry.metrics(),
      headers: { 'Content-Type': registry.contentType },
    }),
  },
};

function judged({ feeds }: AnswerSources, by: 'ok' | 'ready'): HttpAnswer {
  const healths = mapped(feeds, feedHealth);
  const good = Object.values(healths).every((health) => health[by]);
  return jsonAnswer(good ? 200 : 503, { [by]: good, feeds: healths });
}

function byFeed(feeds: AnswerSources['feeds'], read: (watched: WatchedFeed) => object): HttpAnswer {
  return jsonAnswer(200, { feeds: mapped(feeds, read) });
}

function mapped<T>(feeds: AnswerSources['feeds'], read: (watched: WatchedFeed) => T): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(feeds).map(([name, watched]) => [name, read(watched)]));
}

/** The feeds that a query names, or all. */
function chosen(feeds: AnswerSources['feeds'], query: URLSearchParams): AnswerSources['feeds'] {
  const names = query.getAll('feed');
  if (names.length === 0) return feeds;
  const unknown = names.find((name) => !Object.hasOwn(feeds, name));
  if (unknown !== undefined) throw invalid('feed', unknown, Object.keys(feeds));
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => names.includes(name)));
}

function statesIn(query: URLSearchParams): readonly string[] {
  const states = query.getAll('state').flatMap((list) => list.split(','));
  const unknown = states.find((state) => !(dataStates as readonly string[]).includes(state));
  if (unknown !== undefined) throw invalid('state', unknown, dataStates);
  return states.length === 0 ? dataStates : states;
}

function limitIn(query: URLSearchParams): number {
  const text = query.get('limit') ?? String(maxEvents);
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > maxEvents) throw invalid('limit', text, [`1 to ${String(maxEvents)}`]);
  return limit;
}

function invalid(name: string, value: string, valid: readonly string[]): QueryError {
  return new QueryError(`${name}=${quoted(value)} is not valid: pass one of ${valid.join(', ')}.`);
}

function explained(feeds: AnswerSources['feeds'], query: URLSearchParams): HttpAnswer {
  const symbol = query.get('symbol') ?? '';
  if (symbol === '') throw new QueryError('symbol is missing: pass one, e.g. /explain?symbol=AOT.');
  const found: Record<string, readonly TopicExplanation[]> = {};
  let refusal: QueryError | undefined;
  for (const [name, { feed }] of Object.entries(feeds)) {
    try {
      const topics = feed.explain(symbol);
      if (topics.length > 0) found[name] = topics;
    } catch (error) {
      if ((error as { readonly code?: string }).code !== 'RXQ_ARGUMENT') throw error;
      refusal ??= new QueryError((error as Error).message);
    }
  }
  if (Object.keys(found).length > 0) return jsonAnswer(200, { symbol, feeds: found });
  if (refusal !== undefined) throw refusal;
  return textAnswer(404, `No feed has a subscriber for ${quoted(symbol)}. /symbols lists the symbols of every feed.`);
}
