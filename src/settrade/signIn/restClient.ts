import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import { fetchFailure, statusFailure } from './restFailure.js';

/** `fetch`, as far as it is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One call of the REST interface. */
export interface RestCall {
  /** For messages: what answers, without anything secret. */
  readonly what: string;
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly body?: Readonly<Record<string, string>>;
  readonly authorization?: string;
}

/** Reads a field of an answer, whatever case its names are in and whether it is wrapped in `data`. */
export type Answer = (name: string) => unknown;

/** A clock that is off by more than this is named in the failure of a call that the clock may have spoilt, in ms. */
const SKEW_TO_NAME = 30_000;

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Calls the REST interface: an answer in JSON, or the one failure that says why not. */
export class RestClient {
  readonly #fetch: Fetch;
  readonly #clock: Pick<Clock, 'now'>;
  #skew: number | undefined;
  #asked = 'the sign-in';

  constructor(fetch: Fetch, clock: Pick<Clock, 'now'>) {
    this.#fetch = fetch;
    this.#clock = clock;
  }

  /** The last request, for messages. */
  get asked(): string {
    return this.#asked;
  }

  /** Rejects with a `ConnectionFailure`, and with whatever `signal` aborts with. */
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

  /** The machine's clock against the venue's, from any answer: a wrong one looks like wrong credentials. */
  #measure({ headers }: Response): void {
    const date = Date.parse(headers.get('date') ?? '');
    if (Number.isFinite(date)) this.#skew = this.#clock.now() - date;
  }

  /** Another possible cause of a refusal: a signature holds the time, and services refuse a wrong one with either status. */
  #remark(status: number): string {
    const skew = this.#skew ?? 0;
    if (![400, 401, 403].includes(status) || Math.abs(skew) < SKEW_TO_NAME) return '';
    const off = `${String(Math.round(Math.abs(skew) / 1000))} s ${skew > 0 ? 'ahead of' : 'behind'}`;
    return `; this machine's clock is ${off} the venue's, which alone spoils a signature: set it`;
  }
}

function answerOf(what: string, text: string): Answer {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The body is not shown: it may hold a token.
    throw new ConnectionFailure('protocol', `${what} answers what is no JSON: check baseUrl, and what stands between`);
  }
  const outer = isRecord(parsed) ? parsed : {};
  const fields = isRecord(outer['data']) ? outer['data'] : outer;
  return (name) => fields[name] ?? fields[snake(name)];
}
