import { firstValueFrom, from, VirtualTimeScheduler } from 'rxjs';
import type { ConnectionFailure } from '../../../src/model/errors.js';
import { signIn } from '../../../src/settrade/signIn/signIn.js';
import { virtualClock } from '../../../src/testing/index.js';
import type { Endpoint } from '../../../src/model/transport.js';
import type { EndpointRequest } from '../../../src/model/venue.js';

export type Call = 'login' | 'refresh-token' | 'token';

/** A reply instead of the good one; left out or `undefined`, the good one. */
export type Reply = (count: number) => Response | Error | 'hang' | undefined;

/** Secrets that no output may show. */
export const planted = {
  appId: 'PLANTED-APP-ID',
  access: 'PLANTED-ACCESS',
  refresh: 'PLANTED-REFRESH',
  token: 'PLANTED-DISPATCHER',
  account: 'PLANTED-ACCOUNT',
};

const start = Date.UTC(2026, 0, 5, 3);

/** A sign-in whose REST side is a script and whose time is a test's. */
export class FakeRest {
  readonly scheduler: VirtualTimeScheduler = new VirtualTimeScheduler();
  readonly calls: Call[] = [];
  /** Monotonic ms of the calls for a token. */
  readonly tokenTimes: number[] = [];
  replies: Partial<Record<Call, Reply>> = {};
  hosts: readonly unknown[] = ['a', 'b'];
  life = 3_600;
  lastSignal: AbortSignal | null | undefined;
  private count = 0;
  private number = 0;
  private readonly clock = virtualClock(this.scheduler, { start });
  private readonly provider = signIn({
    ...{ baseUrl: 'https://rest.test', brokerId: '098', appCode: 'ALGO', appId: planted.appId },
    sign: () => Promise.resolve('30'),
    clock: this.clock,
    tls: undefined,
    fetch: (url, init) => this.answer(new URL(url).pathname.split('/').at(-1) as Call, init),
  });

  /** Lets time pass. */
  pass(ms: number): void {
    const end = this.scheduler.now() + ms;
    this.scheduler.schedule(() => undefined, ms);
    this.scheduler.maxFrames = end;
    this.scheduler.flush();
  }

  /** One attempt of a link. */
  ask(request: Partial<EndpointRequest> = {}): Promise<Endpoint> {
    return firstValueFrom(from(this.provider({ number: this.number++, renew: false, wasLive: false, ...request })));
  }

  /** The host of one attempt, after what became of the last. */
  async host(previous?: ConnectionFailure, wasLive = false, renew = false): Promise<string> {
    return new URL((await this.ask({ ...(previous === undefined ? {} : { previous }), wasLive, renew })).url).host;
  }

  private answer(call: Call, init: RequestInit): Promise<Response> {
    this.calls.push(call);
    this.lastSignal = init.signal;
    if (call !== 'token') this.tokenTimes.push(this.clock.monotonic());
    this.count += 1;
    const reply = this.replies[call]?.(this.calls.filter((one) => one === call).length);
    if (reply === 'hang') {
      return new Promise((_, reject) => {
        init.signal?.addEventListener('abort', () => {
          reject(new DOMException('aborted', 'AbortError'));
        });
      });
    }
    if (reply instanceof Error) return Promise.reject(reply);
    return Promise.resolve(reply ?? this.good(call));
  }

  private good(call: Call): Response {
    const of = (name: string): string => `${name}-${String(this.count)}`;
    return Response.json(
      call === 'token'
        ? { hosts: this.hosts, token: of(planted.token) }
        : {
            ...{ access_token: of(planted.access), refresh_token: of(planted.refresh) },
            ...{ token_type: 'Bearer', expires_in: this.life },
          },
    );
  }
}
