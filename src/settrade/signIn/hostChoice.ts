import type { ConnectionFailure } from '../../model/errors.js';

/** A connection that lived this long in ms was none that its host drops. As long as a back-off takes to be forgotten. */
const STABLE = 30_000;

/** A host that drops so many connections in a row, each soon after it was live, is left. One is the network's way. */
const SHORT_LIVES = 2;

/** Which of the broker's hosts to connect to: the one that works; after one that does not, the next. */
export class HostChoice {
  readonly #monotonic: () => number;
  #host = '';
  #given: { readonly at: number; readonly isFresh: boolean } | undefined;
  #shortLives = 0;
  #failed = 0;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Hosts in a row that did not work. */
  get failed(): number {
    return this.#failed;
  }

  /** The list was asked for: its hosts have not failed yet. */
  restart(): void {
    this.#failed = 0;
  }

  /** The host to connect to. @param isFresh - its token was made for this: refused, it is not for its age */
  take(hosts: readonly string[], isFresh: boolean): string {
    if (!hosts.includes(this.#host)) this.#host = hosts[0] as string;
    this.#given = { at: this.#monotonic(), isFresh };
    return this.#host;
  }

  /** Hears what became of the host taken last. Not every failure is of its making. */
  judge(hosts: readonly string[], failure: ConnectionFailure, wasLive: boolean): void {
    const given = this.#given;
    this.#given = undefined;
    if (given === undefined || (failure.kind === 'auth' && !given.isFresh)) return;
    if (wasLive) {
      const isShort = this.#monotonic() - given.at < STABLE;
      this.#shortLives = isShort ? this.#shortLives + 1 : 0;
      if (!isShort) this.#failed = 0;
      if (this.#shortLives < SHORT_LIVES) return;
    }
    this.#shortLives = 0;
    this.#failed += 1;
    this.#host = hosts[(hosts.indexOf(this.#host) + 1) % hosts.length] as string;
  }
}
