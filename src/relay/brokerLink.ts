import {
  EMPTY,
  Observable,
  ReplaySubject,
  type Subscriber,
  Subscription,
  catchError,
  defer,
  switchMap,
  throwError,
  timer,
} from 'rxjs';
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
  /** Called when a connection can publish. It has to publish to the topic. */
  readonly onUp: () => void;
  /** Called when the broker refuses the subscription to the topic. */
  readonly onRefused: () => void;
  /** Gets the messages of the topic. */
  readonly onMessage: (payload: Uint8Array, retain: boolean) => void;
  readonly onState: (state: ConnectionState) => void;
}

/** SUBACK's code for a refused topic (OASIS MQTT 3.1.1, 3.9.3). */
const REFUSED = 0x80;

/**
 * A relay's link to its broker: one connection at a time, with the retry rules of a feed. It is live when the broker has passed on a
 * message of the topic. MQTT 3.1.1 has no answer for a message that the broker's rights forbid, so that nothing else would show it.
 */
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
  /** Whether the broker has passed on a message of the topic on this connection. */
  private isConfirmed = false;
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
      const failLater = (failure: () => ConnectionFailure): Subscription => {
        const late = timer(CONNECT_TIMEOUT, clock.timers).subscribe(() => {
          if (!this.isConfirmed) out.error(failure());
        });
        out.add(late);
        return late;
      };
      let deadline = failLater(() => this.noAnswer());
      out.add(
        transport(endpoint).subscribe({
          next: (event) => {
            if (event.type === 'open') {
              deadline.unsubscribe();
              deadline = failLater(() => this.notPassedOn());
            }
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

  private onEvent(event: ConnectionEvent, out: Subscriber<ConnectionEvent>): void {
    switch (event.type) {
      case 'handshake':
        this.connecting('handshake');
        return;
      case 'open':
        this.opened(event.connection as PublishingConnection, out);
        return;
      case 'responsive':
        if (this.isConfirmed) this.phase(event.responsive ? this.live() : { status: 'silent', why: 'unresponsive' });
        return;
      case 'frame':
        if (event.topic !== this.config.topic) return;
        if (!event.retain) this.confirm();
        this.config.onMessage(event.payload, event.retain);
        return;
      default:
      // Bytes that were read and late timers change nothing.
    }
  }

  private opened(connection: PublishingConnection, out: Subscriber<ConnectionEvent>): void {
    this.connection = connection;
    this.connecting('subscribing');
    out.add(
      connection.subscribe([this.config.topic]).subscribe(([code]) => {
        if (code !== REFUSED) return;
        // Nothing comes back then, and readers may get everything all the same.
        this.config.onRefused();
        this.confirm();
      }),
    );
    this.config.onUp();
  }

  /** Called with the first message of the topic on a connection, and without one where the account may not read it. */
  private confirm(): void {
    if (this.isConfirmed || this.connection === undefined) return;
    this.isConfirmed = true;
    this.policy.promoted();
    this.epoch = this.epoch === undefined ? 0 : this.epoch + 1;
    this.phase(this.live());
  }

  private noAnswer(): ConnectionFailure {
    const within = `within ${String(CONNECT_TIMEOUT / 1_000)} s`;
    const text = `${addressOf(this.config.endpoint.url)} does not answer ${within}: check address, firewall and TLS`;
    return new ConnectionFailure('timeout', text);
  }

  private notPassedOn(): ConnectionFailure {
    const { endpoint, topic } = this.config;
    const text = `${addressOf(endpoint.url)} accepts this account but does not pass on what it publishes to ${topic}: let the account publish and subscribe there, and check the prefix`;
    return new ConnectionFailure('policy', text, { subcause: 'forbidden' });
  }

  private failed(error: unknown): ConnectionFailure {
    if (this.connection !== undefined) this.reconnects += 1;
    this.connection = undefined;
    this.isConfirmed = false;
    this.attempts += 1;
    this.reason = toFailure(error, 'the transport');
    return this.reason;
  }

  private live(): ConnectionPhase {
    return { status: 'live', ledger: { wanted: 1, granted: 1, refused: [], noData: [] } };
  }

  private connecting(step: 'network' | 'handshake' | 'subscribing'): void {
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
