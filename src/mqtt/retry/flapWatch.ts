import type { Clock } from '../../model/clock.js';
import { ConnectionFailure, type FailureDetails } from '../../model/errors.js';
import type { Endpoint } from '../../model/transport.js';
import { FLAP_AT_ONCE, FLAP_COUNT, FLAP_LIFE, FLAP_PROBE_AFTER } from './retryRules.js';

/** The state of the trial connection with another client id. */
type Trial = 'due' | 'running' | 'lost' | 'refused';

/** Connections in a row that were accepted and lost within `FLAP_LIFE`. */
interface Run {
  count: number;
  /** The life of the longest of them, in ms. */
  longest: number;
  /** Whether a SUBSCRIBE was answered on any. */
  answered: boolean;
  /** The topics of the oldest SUBSCRIBE that had no answer when the last of them ended. */
  unanswered: readonly string[];
  /** Whether all of them used the client id of the endpoint, and it was the same one. */
  sameId: boolean;
  /** Verdicts so far. */
  verdicts: number;
}

const noRun = (): Run => ({ count: 0, longest: 0, answered: false, unanswered: [], sameId: true, verdicts: 0 });

/**
 * Detects flapping connections (accepted and soon lost again, one after the other), and finds out why.
 *
 * In MQTT 3.1.1 a client can't see whether another client with its client id took over its connection, or the broker
 * dropped it. So one attempt uses a new client id, which takes over no other client's session. If that connection stays
 * up, the client id was the reason for the losses.
 */
export class FlapWatch {
  /** Why connections flap; set until one of them has outlived the others. */
  verdict: ConnectionFailure | undefined;
  private readonly clock: Clock;
  private run = noRun();
  private trial: Trial = 'due';
  private endpoint: Endpoint = { url: '' };
  private lastId: string | undefined;
  private openedAt: number | undefined;
  private promotedAt: number | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Called before a connection is made. Returns the endpoint for it. */
  connecting(endpoint: Endpoint): Endpoint {
    this.openedAt = undefined;
    this.promotedAt = undefined;
    this.endpoint = endpoint;
    // The trial was unsubscribed before it had a result.
    if (this.trial === 'running') this.trial = 'due';
    if (this.verdict?.certain === true) this.verdict = undefined;
    const { clientId, ...anonymous } = endpoint;
    const isDue = this.trial === 'due' && this.run.verdicts >= FLAP_PROBE_AFTER && this.run.sameId;
    if (!isDue || clientId === undefined || endpoint.clientIdRequired === true) return endpoint;
    this.trial = 'running';
    return anonymous;
  }

  /** Called when CONNACK came. */
  opened(): void {
    this.openedAt = this.clock.monotonic();
  }

  /** Called when every SUBSCRIBE was answered. */
  promoted(): void {
    this.promotedAt = this.clock.monotonic();
  }

  /** Called when the connection has lived for `FLAP_LIFE`, longer than the others. */
  outlived(): void {
    const { longest, count } = this.run;
    this.verdict =
      this.trial === 'running'
        ? new ConnectionFailure(
            'flap',
            `another client has this client id and takes its connections over: ${String(count)} in a row were lost within ${seconds(longest)} of CONNACK, one with another client id lives; stop the other client, or pass a clientId of its own`,
            { likely: ['takeover'], certain: true },
          )
        : undefined;
    this.over();
  }

  /**
   * Called when an attempt or a connection ended. Returns its failure, or the reason of the flapping.
   *
   * @param unanswered - the topics of the oldest SUBSCRIBE without an answer
   * @param answered - whether the broker answered another SUBSCRIBE of this connection
   */
  lost(failure: ConnectionFailure, unanswered: readonly string[] = [], answered = false): ConnectionFailure {
    const life = this.life();
    const wasTrial = this.trial === 'running';
    if (wasTrial) this.trial = 'due';
    // The broker refused the client id of the trial, which is not the user's.
    if (Number.isNaN(life) && wasTrial && (failure.kind === 'auth' || failure.kind === 'policy')) {
      this.trial = 'refused';
      return this.judge(failure);
    }
    if (!(life < FLAP_LIFE) || failure.kind !== 'network') {
      this.verdict = undefined;
      this.over();
      return failure;
    }
    const { run } = this;
    // The broker answered until the SUBSCRIBE for these topics, so the topics are suspected, not the client id or the
    // link.
    if (unanswered.length > 0 && answered) return failure;
    if (wasTrial) this.trial = 'lost';
    else
      run.sameId &&=
        this.endpoint.clientId !== undefined && (run.count === 0 || this.lastId === this.endpoint.clientId);
    this.lastId = this.endpoint.clientId;
    run.count += 1;
    run.longest = Math.max(run.longest, life);
    run.answered ||= this.promotedAt !== undefined;
    run.unanswered = unanswered;
    return run.count < FLAP_COUNT ? failure : this.judge(failure);
  }

  /** The connection ended because another was asked for: it neither counts nor ends the run, unless it outlived the others. */
  replaced(): void {
    if (this.life() >= FLAP_LIFE) this.over();
  }

  private life(): number {
    return this.openedAt === undefined ? NaN : this.clock.monotonic() - this.openedAt;
  }

  private over(): void {
    this.run = noRun();
    // A broker that refused another client id would refuse it again.
    if (this.trial !== 'refused') this.trial = 'due';
  }

  private judge(cause: ConnectionFailure): ConnectionFailure {
    const { run, trial } = this;
    run.verdicts += 1;
    const byAnother = run.sameId && run.answered && run.longest >= FLAP_AT_ONCE && trial !== 'lost';
    const likely: FailureDetails['likely'] = byAnother
      ? ['takeover', 'accept-then-drop']
      : ['accept-then-drop', 'takeover'];
    const guess = byAnother
      ? 'another client with this client id takes them over, or the broker drops them'
      : 'the broker drops them, or another client takes them over';
    const last = cause.message === '' ? '' : `; the last: ${cause.message}`;
    this.verdict = new ConnectionFailure(
      'flap',
      `${String(run.count)} connections in a row were accepted and lost within ${seconds(run.longest)} of CONNACK: ${guess} (${this.evidence().join('; ')})${last}`,
      { likely, certain: false, cause },
    );
    return this.verdict;
  }

  private evidence(): string[] {
    const { run, trial, endpoint } = this;
    return [
      ...(run.longest < FLAP_AT_ONCE ? ['sooner than another client would come back'] : []),
      ...(run.answered ? [] : ['none had an answer to SUBSCRIBE']),
      ...(run.unanswered.length > 0 ? [`the last was lost without an answer for ${run.unanswered.join(', ')}`] : []),
      ...(run.sameId ? ['all had the same client id'] : ['not all had the same client id']),
      ...(trial === 'lost' ? ['one with another client id was lost as soon'] : []),
      ...(trial === 'refused' ? ['another client id was tried and refused, so that nothing is certain'] : []),
      ...(run.sameId && endpoint.clientIdRequired === true
        ? ['the broker takes no other client id, so that none is tried']
        : []),
    ];
  }
}

function seconds(ms: number): string {
  return `${(Math.ceil(ms / 100) / 10).toFixed(1)} s`;
}
