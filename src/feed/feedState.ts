import { type Observable, observeOn, queueScheduler, ReplaySubject, skip, Subject } from 'rxjs';
import type { Clock } from '../clock.js';
import type { ConnectionPhase, ConnectionState } from '../mqtt/connectionState.js';

/** The connection's state: replays one, in order also when a listener causes the next change. */
export class FeedState {
  readonly state$: Observable<ConnectionState>;
  private readonly clock: Clock;
  private readonly incoming = new Subject<ConnectionState>();
  private epoch: number | undefined;
  private live = false;

  constructor(clock: Clock, listener: (state: ConnectionState) => void) {
    this.clock = clock;
    // Also who comes after the end learns that it is closed.
    const states = new ReplaySubject<ConnectionState>(1);
    this.incoming.pipe(observeOn(queueScheduler)).subscribe(states);
    this.set({ status: 'idle' });
    states.pipe(skip(1)).subscribe(listener);
    this.state$ = states.asObservable();
  }

  set(phase: ConnectionPhase, epoch: number | undefined = this.epoch): void {
    this.epoch = epoch;
    this.live = phase.status === 'live';
    this.incoming.next({ ...phase, since: this.clock.now(), ...(epoch === undefined ? {} : { epoch }) });
  }

  get isLive(): boolean {
    return this.live;
  }

  get lastEpoch(): number | undefined {
    return this.epoch;
  }

  complete(): void {
    this.incoming.complete();
  }
}
