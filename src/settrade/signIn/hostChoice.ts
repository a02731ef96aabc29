import type { ConnectionFailure } from '../../model/errors.js';

/**
 * A connection that lived this long, in ms, was not dropped by its host. It is the time after which a back-off is
 * reset.
 */
const STABLE = 30_000;

/**
 * After this many connections in a row that were lost soon after they were live, the next host is used. A single loss
 * is normal in a network.
 */
const SHORT_LIVES = 2;

/** Chooses the host to connect to: the one that works, or the next one after a failure. */
export class HostChoice {
  readonly #monotonic: () => number;
  #host = '';
  #given: { readonly at: number; readonly isFresh: boolean } | undefined;
  #shortLives = 0;
  #failed = 0;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** The number of hosts in a row that failed. */
  get failed(): number {
    return this.#failed;
  }

  /** Called when the list of hosts is new: they have not failed yet. */
  restart(): void {
    this.#failed = 0;
  }

  /**
   * Returns the host to connect to. @param isFresh - whether its token is new, so that a refusal is not due to its age
   */
  take(hosts: readonly string[], isFresh: boolean): string {
    if (!hosts.includes(this.#host)) this.#host = hosts[0] as string;
    this.#given = { at: this.#monotonic(), isFresh };
    return this.#host;
  }

  /** Called with the failure of the last host. Some failures have other causes than the host. */
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
