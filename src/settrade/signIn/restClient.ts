import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import { fetchFailure, statusFailure } from './restFailure.js';

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One call of the REST interface. */
export interface RestCall {
  /** The name of the service for messages, without a secret. */
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly authorization?: string;
}

/** Reads a field of an answer, with names in snake_case or camelCase, also inside `data`. */
export type Answer = (name: string) => unknown;

/** If the machine's clock is off by more than this, in ms, a failure that this may have caused names it. */
const SKEW_TO_NAME = 30_000;

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Calls the REST interface: returns the answer in JSON, or throws a `ConnectionFailure`. */
export class RestClient {
  readonly #fetch: Fetch;
  readonly #clock: Pick<Clock, 'now'>;
  #skew: number | undefined;
  #asked = 'the sign-in';

  constructor(fetch: Fetch, clock: Pick<Clock, 'now'>) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** The name of the last request, for messages. */
  get asked(): string {
    return this.#asked;
  }

  /** Rejects with a `ConnectionFailure`, or with the reason of `signal`. */
  async call({ what, method, url, body, authorization }: RestCall, signal: AbortSignal): Promise<Answer> {
    this.#asked = what;
    let response: Response;
    let text: string;
    try {
      response = await this.#fetch(url, {
        method,
        signal,
        redirect: 'manual',
        headers: {
          Accept: 'application/json',
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
          ...(authorization === undefined ? {} : { Authorization: authorization }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      this.#measure(response);
      text = await response.text();
    } catch (error) {
      throw signal.aborted ? error : fetchFailure(what, error);
    }
    if (!response.ok) throw statusFailure(what, response, this.#clock.now(), this.#remark(response.status));
    return answerOf(what, text);
  }

  /** Compares the machine's clock with the venue's, from any answer: a wrong clock looks like wrong credentials. */
  #measure({ headers }: Response): void {
    const date = Date.parse(headers.get('date') ?? '');
    if (Number.isFinite(date)) this.#skew = this.#clock.now() - date;
  }

  /**
   * A wrong clock as a further possible cause of a refusal: a signature holds the time, and services refuse a wrong
   * time with either status.
   */
  #remark(status: number): string {
    const skew = this.#skew ?? 0;
    if (![400, 401, 403].includes(status) || Math.abs(skew) < SKEW_TO_NAME) return '';
    const off = `${String(Math.round(Math.abs(skew) / 1000))} s ${skew > 0 ? 'ahead of' : 'behind'}`;
    return `; this machine's clock is ${off} the venue's, which makes every signature invalid: set it`;
  }
}

function answerOf(what: string, text: string): Answer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The body is not shown, since it may hold a token.
    throw new ConnectionFailure(
      'protocol',
      `${what} answers with other text than JSON: check baseUrl, and proxies on the way`,
    );
  }
  const outer = isRecord(parsed) ? parsed : {};
  const fields = isRecord(outer['data']) ? outer['data'] : outer;
  return (name) => fields[name] ?? fields[snake(name)];
}
