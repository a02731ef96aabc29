import { map, NEVER, type Observable, throwError, timer } from 'rxjs';
import { ConnectionFailure } from '../../src/model/errors.js';
import { fakeTransport, type FakeTransport } from '../../src/testing/index.js';
import type { ConnectionEvent, Transport } from '../../src/model/transport.js';
import type { EndpointProvider } from '../../src/model/venue.js';
import type { FastScheduler } from './fastScheduler.js';

const endpoint = { url: 'mqtt://broker.test' };

/** How the far side treats the next attempts. */
export type Manner =
  | 'normal'
  | 'network'
  | 'auth'
  | 'policy'
  | 'tls'
  | 'hang'
  | 'no endpoint'
  | 'throwing provider'
  | 'slow provider';

/** All manners. */
export const manners: readonly Manner[] = [
  ...Array.from({ length: 16 }, () => 'normal' as const),
  ...(['network', 'auth', 'policy', 'tls', 'hang', 'no endpoint', 'throwing provider', 'slow provider'] as const),
];

const failures: Readonly<Partial<Record<Manner, () => ConnectionFailure>>> = {
  network: () => new ConnectionFailure('network', 'refused'),
  auth: () => new ConnectionFailure('auth', 'bad token'),
  policy: () => new ConnectionFailure('policy', 'too many', { retryAfter: 5_000 }),
  tls: () => new ConnectionFailure('tls', 'untrusted'),
};

/** Times of events, and whether more than `limit` fell within 60 s. */
class Times {
  private readonly times: number[] = [];

  take(now: number, limit: number): boolean {
    this.times.push(now);
    if (this.times.length > limit + 1) this.times.shift();
    // Asked a little later than counted: a callback that gets the attempt first may take its time.
    return this.times.length <= limit || now - (this.times[0] ?? 0) >= 60_000 - 200;
  }
}

/** The far side of a machine's feed: a fake broker with random behaviour, and the count of its requests. */
export class FarSide {
  readonly fake: FakeTransport;
  readonly refused: Set<string> = new Set();
  readonly silent: Set<string> = new Set();
  /** Topics that the broker refuses by closing the connection. */
  readonly closing: Set<string> = new Set();
  /** Time in ms before each SUBACK; `undefined` for as soon as any answer. */
  subackDelay: number | undefined;
  manner: Manner = 'normal';
  private readonly scheduler: FastScheduler;
  private readonly broken: (promise: string) => void;
  private readonly connects = new Times();
  private readonly asks = new Times();
  private readonly renewals = new Times();

  constructor(scheduler: FastScheduler, latency: number, broken: (promise: string) => void) {
    this.scheduler = scheduler;
    this.broken = broken;
    this.fake = fakeTransport({
      latency,
      scheduler,
      suback: (topic) => {
        if (this.closing.has(topic)) return 'close';
        if (this.silent.has(topic)) return undefined;
        return this.refused.has(topic) ? 0x80 : 0;
      },
      subackLatency: () => this.subackDelay ?? latency,
    });
  }

  readonly transport: Transport = (to): Observable<ConnectionEvent> => {
    if (!this.connects.take(this.scheduler.now(), 8)) this.broken('at most 8 connects in any 60 s');
    const failure = failures[this.manner];
    if (failure !== undefined) return throwError(failure);
    return this.manner === 'hang' ? NEVER : this.fake.transport(to);
  };

  readonly endpoints: EndpointProvider = ({ renew }) => {
    if (!this.asks.take(this.scheduler.now(), 8)) this.broken('at most 8 attempts in any 60 s');
    if (renew && !this.renewals.take(this.scheduler.now(), 3)) this.broken('at most 3 renewals in any 60 s');
    if (this.manner === 'throwing provider') throw new Error('no token');
    if (this.manner === 'no endpoint') return [];
    return this.manner === 'slow provider' ? timer(700, this.scheduler).pipe(map(() => endpoint)) : [endpoint];
  };

  /** Whether a frame on `topic` would be read now. */
  reaches(topic: string): boolean {
    const all = `${topic.slice(0, topic.lastIndexOf('/'))}/+`;
    return this.fake.connections.some((one) => one.isOpen && (one.subscribed.has(topic) || one.subscribed.has(all)));
  }

  get isUp(): boolean {
    return this.fake.connections.some((one) => one.isUp);
  }
}
