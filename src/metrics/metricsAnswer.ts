import type { SchedulerLike } from 'rxjs';
import type { MetricsRegistry } from './exposeMetrics.js';
import type { FeedHealth } from './feedHealth.js';

/** The response to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A feed's health, and its findings if the option `findings` is set. */
export type HealthReport = FeedHealth & { readonly findings?: readonly unknown[] };

/** The sources of the routes' answers. */
export interface AnswerSources {
  readonly registry: Pick<MetricsRegistry, 'metrics' | 'contentType'>;
  /** Every feed's health by its name. */
  health(): Readonly<Record<string, HealthReport>>;
}

const plain = { 'Content-Type': 'text/plain; charset=utf-8' };

function judged(sources: AnswerSources, by: 'ok' | 'ready'): HttpAnswer {
  const feeds = sources.health();
  const good = Object.values(feeds).every((feed) => feed[by]);
  return {
    status: good ? 200 : 503,
    headers: { 'Content-Type': 'application/json' },
    body: `${JSON.stringify({ [by]: good, feeds }, undefined, 2)}\n`,
  };
}

const routes: Readonly<Record<string, (sources: AnswerSources) => HttpAnswer | Promise<HttpAnswer>>> = {
  '/metrics': async ({ registry }) => ({
    status: 200,
    body: await registry.metrics(),
    headers: { 'Content-Type': registry.contentType },
  }),
  '/health': (sources) => judged(sources, 'ok'),
  '/ready': (sources) => judged(sources, 'ready'),
};

/**
 * The answer when a path can't be read. The error belongs to the application and may hold secrets, so it is not shown.
 */
export function unreadable(path: string): HttpAnswer {
  return { status: 500, headers: plain, body: `${path} could not be read: a metric or finding failed.\n` };
}

/** The answer to a request whose `Host` header has a name that is not allowed. */
export function foreignHost(name: string): HttpAnswer {
  const remedy = 'if it is a name of this server, pass it to serveMetrics in allowedHosts';
  return {
    status: 403,
    headers: plain,
    body: `Requests for the host name ${JSON.stringify(name)} are refused: ${remedy}.\n`,
  };
}

/** The answer to a request for a path without its query. */
export async function metricsAnswer(sources: AnswerSources, method: string, path: string): Promise<HttpAnswer> {
  if (!Object.hasOwn(routes, path)) {
    return {
      status: 404,
      headers: plain,
      body: `There is no such page. The pages are ${Object.keys(routes).join(', ')}.\n`,
    };
  }
  if (method !== 'GET' && method !== 'HEAD') {
    return { status: 405, headers: { ...plain, Allow: 'GET, HEAD' }, body: 'GET and HEAD only.\n' };
  }
  try {
    return (await routes[path]?.(sources)) ?? { status: 404, headers: plain, body: '' };
  } catch {
    return unreadable(path);
  }
}

/**
 * The answers of `metricsAnswer`, read once for all requests in one turn of the event loop, so that many clients at
 * once cost no more than one.
 */
export class SharedAnswers {
  private readonly sources: AnswerSources;
  private readonly io: SchedulerLike;
  private readonly asked = new Map<string, Promise<HttpAnswer>>();

  constructor(sources: AnswerSources, io: SchedulerLike) {
    this.sources = sources;
    this.io = io;
  }

  get(method: string, path: string): Promise<HttpAnswer> {
    const request = `${method} ${path}`;
    const known = this.asked.get(request);
    if (known !== undefined) return known;
    const answer = new Promise<HttpAnswer>((resolve) => {
      this.io.schedule(() => {
        this.asked.delete(request);
        resolve(metricsAnswer(this.sources, method, path));
      });
    });
    this.asked.set(request, answer);
    return answer;
  }
}
