import { type Observable, observeOn, queueScheduler, ReplaySubject, skip, Subject } from 'rxjs';
import type { Clock } from '../model/clock.js';
import type { ConnectionPhase, ConnectionState } from '../mqtt/session/connectionState.js';

/**
 * The state of a feed's connection. It replays the last state, and keeps the order also when a subscriber causes the
 * next change.
 */
export class FeedState {
  readonly state$: Observable<ConnectionState>;
  private readonly clock: Clock;
  private readonly incoming = new Subject<ConnectionState>();
  private epoch: number | undefined;
  /** The last state of the connection, and the last one that was emitted. */
  private phase: ConnectionPhase = { status: 'idle' };
  private shown: ConnectionPhase = this.phase;
  /** When the feed was found silent; `undefined` while it is not. */
  private silentSince: number | undefined;
  /** Why no relay gives live quotes; `undefined` while one does, and for a venue that is no relay. */
  private relayOutage: string | undefined;

  constructor(clock: Clock, listener: (state: ConnectionState) => void) {
    this.clock = clock;
    // A ReplaySubject, so that a subscriber after `close()` gets the state `closed`.
    const states = new ReplaySubject<ConnectionState>(1);
    this.incoming.pipe(observeOn(queueScheduler)).subscribe(states);
    this.show(this.phase);
    states.pipe(skip(1)).subscribe(listener);
    this.state$ = states.asObservable();
  }

  set(phase: ConnectionPhase, epoch: number | undefined = this.epoch): void {
    if (phase.status === 'idle' || phase.status === 'closed') {
      this.silentSince = undefined;
      this.relayOutage = undefined;
    }
    this.epoch = epoch;
    this.phase = phase;
    this.refresh();
  }

  /** Shows a connected feed as `silent`, also over later connections, until `endSilence()`. */
  fallSilent(): void {
    if (this.isSilent || !isUp(this.phase)) return;
    this.silentSince = this.clock.now();
    this.refresh();
  }

  /** Data came again, or no market is open. */
  endSilence(): void {
    if (!this.isSilent) return;
    this.silentSince = undefined;
    this.refresh();
  }

  /** Shows a connected feed as `silent` while no relay gives live quotes, also over later connections. */
  relays(outage: string | undefined): void {
    if (outage === this.relayOutage) return;
    this.relayOutage = outage;
    this.refresh();
  }

  get isSilent(): boolean {
    return this.silentSince !== undefined;
  }

  get isLive(): boolean {
    return this.shown.status === 'live';
  }

  get lastEpoch(): number | undefined {
    return this.epoch;
  }

  complete(): void {
    this.incoming.complete();
  }

  private refresh(): void {
    const { phase, shown, relayOutage } = this;
    if (phase.status !== 'live' || (relayOutage === undefined && !this.isSilent)) {
      if (phase !== shown) this.show(phase);
      return;
    }
    const flap = phase.flap === undefined ? {} : { flap: phase.flap };
    const silent: ConnectionPhase =
      relayOutage === undefined
        ? { status: 'silent', why: 'no-data', ...flap }
        : { status: 'silent', why: 'relay', detail: relayOutage, ...flap };
    if (!isSameSilence(shown, silent)) this.show(silent);
  }

  private show(phase: ConnectionPhase): void {
    this.shown = phase;
    const { epoch, silentSince } = this;
    this.incoming.next({
      ...phase,
      since: this.clock.now(),
      ...(epoch === undefined ? {} : { epoch }),
      ...(silentSince === undefined ? {} : { silentSince }),
    });
  }
}

function isUp({ status }: ConnectionPhase): boolean {
  return status === 'live' || status === 'silent';
}

function isSameSilence(shown: ConnectionPhase, silent: ConnectionPhase): boolean {
  if (shown.status !== 'silent' || silent.status !== 'silent' || shown.flap !== silent.flap) return false;
  const detail = 'detail' in shown ? shown.detail : undefined;
  return shown.why === silent.why && detail === ('detail' in silent ? silent.detail : undefined);
}
