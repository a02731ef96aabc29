import type { SchedulerLike } from 'rxjs';
import { type HttpAnswer, quoted, textAnswer } from './answers.js';
import { type AnswerSources, QueryError, type Route, routes } from './routes.js';

/** The longest path with its query, in characters. */
const longestUrl = 1_000;

/** The most different requests that wait for an answer at one time. */
const maxPending = 32;

/**
 * The answer when a path can't be read. The error belongs to the application and may hold secrets, so it is not shown.
 */
export function unreadable(path: string): HttpAnswer {
  return textAnswer(500, `${path} could not be read: a metric or finding failed.`);
}

/** The answer to a request whose `Host` header has a name that is not allowed. */
export function foreignHost(name: string): HttpAnswer {
  const remedy = 'if it is a name of this server, pass it to serveMetrics in allowedHosts';
  return textAnswer(403, `Requests for the host name ${JSON.stringify(name)} are refused: ${remedy}.`);
}

/** The answer to a request for a path with or without a query. */
export async function metricsAnswer(sources: AnswerSources, method: string, url: string): Promise<HttpAnswer> {
  const [path = '', ...rest] = url.split('?');
  const route = Object.hasOwn(routes, path) ? routes[path] : undefined;
  if (route === undefined) {
    return textAnswer(404, `There is no such page. The pages are ${Object.keys(routes).join(', ')}.`);
  }
  if (method !== 'GET' && method !== 'HEAD') return textAnswer(405, 'GET and HEAD only.', { Allow: 'GET, HEAD' });
  const query = new URLSearchParams(rest.join('?'));
  try {
    checkNames(route, query);
    return await route.answer(sources, query);
  } catch (error) {
    return error instanceof QueryError ? textAnswer(400, error.message) : unreadable(path);
  }
}

function checkNames({ parameters }: Route, query: URLSearchParams): void {
  const unknown = [...query.keys()].find((name) => parameters?.includes(name) === false);
  if (unknown === undefined) return;
  throw new QueryError(`${quoted(unknown)} is no parameter of this page: pass ${parameters?.join(', ') ?? 'none'}.`);
}

/**
 * The answers of `metricsAnswer`, read once for all equal requests in one turn of the event loop, so that many clients
 * at once cost no more than one.
 */
export class SharedAnswers {
  private readonly sources: AnswerSources;
  private readonly io: SchedulerLike;
  private readonly asked = new Map<string, Promise<HttpAnswer>>();

  constructor(sources: AnswerSources, io: SchedulerLike) {
    this.sources = sources;
    this.io = io;
  }

  get(method: string, url: string): Promise<HttpAnswer> {
    const request = `${method} ${url}`;
    const known = this.asked.get(request);
    if (known !== undefined) return known;
    if (url.length > longestUrl) {
      return Promise.resolve(textAnswer(414, `The address is too long: at most ${String(longestUrl)} characters.`));
    }
    if (this.asked.size >= maxPending) {
      return Promise.resolve(textAnswer(503, 'Too many different requests at once: try again.'));
    }
    const answer = new Promise<HttpAnswer>((resolve) => {
      this.io.schedule(() => {
        this.asked.delete(request);
        resolve(metricsAnswer(this.sources, method, url));
      });
    });
    this.asked.set(request, answer);
    return answer;
  }
}
