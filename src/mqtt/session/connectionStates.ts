import { type Observable, observeOn, queueScheduler, ReplaySubject, Subject } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { ConnectionPhase, ConnectionState } from './connectionState.js';

/**
 * The state of the connection. It replays the last state, and keeps the order also when a subscriber causes the next
 * change.
 */
export class ConnectionStates {
  readonly state$: Observable<ConnectionState>;
  private readonly clock: Clock;
  private readonly incoming = new Subject<ConnectionState>();
  private epoch: number | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
    const states = new ReplaySubject<ConnectionState>(1);
    this.incoming.pipe(observeOn(queueScheduler)).subscribe(states);
    this.state$ = states.asObservable();
    this.set({ status: 'idle' });
  }

  set(phase: ConnectionPhase, epoch: number | undefined = this.epoch): ConnectionState {
    this.epoch = epoch;
    const state = { ...phase, since: this.clock.now(), ...(epoch === undefined ? {} : { epoch }) };
    this.incoming.next(state);
    return state;
  }
}
