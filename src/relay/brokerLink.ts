import { EMPTY, Observable, ReplaySubject, Subscription, catchError, defer, switchMap, throwError, timer } from 'rxjs';
import { retryBackoff } from '../../operators/retryBackoff.js';
import type { Clock } from '../model/clock.js';
import { ConnectionFailure } from '../model/errors.js';
import type { Connection, ConnectionEvent, Endpoint, Transport } from '../model/transport.js';
import { RetryPolicy } from '../mqtt/retry/retryPolicy.js';
import { CONNECT_TIMEOUT } from '../mqtt/retry/retryRules.js';
import { toFailure } from '../mqtt/retry/toFailure.js';
import type { ConnectionPhase, ConnectionState } from '../mqtt/session/connectionState.js';
import { addressOf } from '../mqtt/transport/endpointUrl.js';

/** A connection that can publish. */
export type PublishingConnection = Connection & Required<Pick<Connection, 'publish' | 'unsent'>>;

/** The parts that a link works with. */
export interface BrokerLinkConfig {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly clock: Clock;
  /** The one topic to subscribe to. */
  readonly topic: string;
  /** Called when a connection can publish. */
  readonly onUp: () => void;
  /** Called when the broker refuses the subscription to the topic. */
  readonly onRefused: () => void;
  /** Gets the messages of the topic. */
  readonly onMessage: (payload: Uint8Array, retain: boolean) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** SUBACK's code for a refused topic (OASIS MQTT 3.1.1, 3.9.3). */
const REFUSED = 0x80;

/** A relay's link to its broker: one connection at a time, with the retry rules of a feed. */
export class BrokerLink {
  /** The state of the link: the present state at once, then every change. Completes, or errors, with `end()`. */
  readonly state$: Observable<ConnectionState>;
  /** The connection while it can publish. */
  connection: PublishingConnection | undefined;
  /** Connections that were lost after they could publish. */
  reconnects = 0;
  private readonly config: BrokerLinkConfig;
  private readonly policy: RetryPolicy;
  private readonly states = new ReplaySubject<ConnectionState>(1);
  private readonly life = new Subscription();
  private isClosing = false;
  private attempts = 0;
  private epoch: number | undefined;
  private reason: ConnectionFailure | undefined;

  constructor(config: BrokerLinkConfig) {
    this.config = config;
    this.policy = new RetryPolicy(config.clock);
    this.state$ = this.states.asObservable();
  }

  open(): void {
    const { clock } = this.config;
    const attempts$ = this.allowed().pipe(
      catchError((error: unknown) => throwError((): Error => this.failed(error))),
      retryBackoff({
        resetOn: ({ type }) => type === 'open',
        adjust: (backoff, error) => this.policy.delay(error as ConnectionFailure, backoff),
        onRetry: ({ error, delay }) => {
          this.phase(this.policy.phase(error as ConnectionFailure, delay, this.attempts));
        },
        random: () => clock.random(),
        scheduler: clock.timers,
      }),
    );
    this.life.add(attempts$.subscribe());
  }

  /** Disconnects, and completes when the socket is closed, within 2 s. */
  close(): Observable<never> {
    const { connection } = this;
    this.isClosing = true;
    this.connection = undefined;
    return connection?.close() ?? EMPTY;
  }

  /** Ends the state: with an error, or without one. */
  end(failure?: { readonly error: unknown }): void {
    this.isClosing = true;
    this.life.unsubscribe();
    this.phase({ status: 'closed' });
    if (failure === undefined) this.states.complete();
    else this.states.error(failure.error);
  }

  /** Starts an attempt as soon as the limit on connects allows it. */
  private allowed(): Observable<ConnectionEvent> {
    return defer(() => {
      const delay = this.policy.wait();
      if (delay === 0) return this.attempt();
      this.phase({ status: 'waiting', delay, attempt: this.attempts });
      return timer(delay, this.config.clock.timers).pipe(switchMap(() => this.attempt()));
    });
  }

  private attempt(): Observable<ConnectionEvent> {
    const { endpoint, transport, clock } = this.config;
    return new Observable((out) => {
      this.policy.begin();
      this.policy.connecting();
      this.connecting('network');
      this.attempts += 1;
      const late = new ConnectionFailure(
        'timeout',
        `${addressOf(endpoint.url)} does not answer within ${String(CONNECT_TIMEOUT / 1_000)} s: check address, firewall and TLS`,
      );
      const deadline = timer(CONNECT_TIMEOUT, clock.timers).subscribe(() => {
        out.error(late);
      });
      out.add(deadline);
      out.add(
        transport(endpoint).subscribe({
          next: (event) => {
            if (event.type === 'open') deadline.unsubscribe();
            this.onEvent(event, out);
            out.next(event);
          },
          error: (error: unknown) => {
            out.error(error);
          },
          complete: () => {
            if (this.isClosing) out.complete();
            else out.error(new ConnectionFailure('network', 'the connection ended'));
          },
        }),
      );
    });
  }

  private onEvent(event: ConnectionEvent, life: Subscription): void {
    switch (event.type) {
      case 'handshake':
        this.connecting('handshake');
        return;
      case 'open':
        this.opened(event.connection as PublishingConnection, life);
        return;
      case 'responsive':
        if (this.connection !== undefined)
          this.phase(event.responsive ? this.live() : { status: 'silent', why: 'unresponsive' });
        return;
      case 'frame':
        if (event.topic === this.config.topic) this.config.onMessage(event.payload, event.retain);
        return;
      default:
      // Bytes that were read and late timers change nothing.
    }
  }

  private opened(connection: PublishingConnection, life: Subscription): void {
    this.connection = connection;
    this.policy.promoted();
    this.epoch = this.epoch === undefined ? 0 : this.epoch + 1;
    life.add(
      connection.subscribe([this.config.topic]).subscribe(([code]) => {
        if (code === REFUSED) this.config.onRefused();
      }),
    );
    this.phase(this.live());
    this.config.onUp();
  }

  private failed(error: unknown): ConnectionFailure {
    if (this.connection !== undefined) this.reconnects += 1;
    this.connection = undefined;
    this.reason = toFailure(error, 'the transport');
    return this.reason;
  }

  private live(): ConnectionPhase {
    return { status: 'live', ledger: { wanted: 1, granted: 1, refused: [], noData: [] } };
  }

  private connecting(step: 'network' | 'handshake'): void {
    const { reason } = this;
    this.phase({ status: 'connecting', step, attempt: this.attempts, ...(reason === undefined ? {} : { reason }) });
  }

  private phase(phase: ConnectionPhase): void {
    if (this.isClosing && phase.status !== 'closed') return;
    const { clock, onState } = this.config;
    const { epoch } = this;
    const state: ConnectionState = { ...phase, since: clock.now(), ...(epoch === undefined ? {} : { epoch }) };
    this.states.next(state);
    onState(state);
  }
}
