import { Subscription } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { RelayedState, RelayReport } from '../../model/venue.js';
import type { RelayState } from '../diagnostics/stats.js';

/** A relay is silent when no status came for this many of its heartbeats. */
const heartbeats = 3;
/** The first status of a connection is awaited for this long, in ms: three heartbeats of a relay that has the default. */
const firstWithin = 3_000;

/** The last status of a relay on the present connection. */
interface Standing {
  readonly report: RelayReport;
  /** The number of the last status before the end of the run, because a last will carries no number; -1 if it is not known. */
  readonly sequence: number;
  /** Monotonic time in ms at which the next status is overdue. */
  readonly until: number;
  readonly isSilent: boolean;
}

/** The gap that the relays report together. */
export interface RelayGap {
  /** Changes when another gap takes its place. */
  readonly key: string;
  readonly cause: 'upstream' | 'relay';
  /** Whether it concerns a topic of this symbol, whose last message is of this run. */
  concerns(symbol: string | undefined, run: number | undefined): boolean;
}

/** Why no relay gives live quotes. */
export interface RelayOutage {
  readonly why: string;
  /** Whether no status comes at all: the broker may not pass messages on, although it answers. */
  readonly isUnheard: boolean;
}

/** The relays of a venue: what each said last on the present connection, and whether its status is overdue. */
export class Relays {
  private readonly clock: Pick<Clock, 'monotonic' | 'background'>;
  private readonly onOverdue: () => void;
  private readonly standings = new Map<string, Standing>();
  /** The statuses that the broker had retained, or that another run replaced. */
  private readonly earlier = new Map<string, Pick<Standing, 'report' | 'sequence'>>();
  private timer = Subscription.EMPTY;
  private armedFor = Infinity;
  /** Monotonic time in ms until which the first status is awaited; `undefined` after it came. */
  private firstBy: number | undefined;

  /** @param onOverdue - called when the status of a relay is overdue; `review()` follows */
  constructor(clock: Pick<Clock, 'monotonic' | 'background'>, onOverdue: () => void) {
    this.clock = clock;
    this.onOverdue = onOverdue;
  }

  /** A connection is live: the first status is awaited. */
  expect(): void {
    this.firstBy = this.clock.monotonic() + firstWithin;
    this.arm(this.firstBy);
  }

  /**
   * Notes a status. Returns whether it changes what a relay vouches for. `resumed`: its run is back after a silence or an end, and
   * statuses are missing before this one, so that other messages may be missing, too.
   */
  take(report: RelayReport): 'same' | 'changed' | 'resumed' {
    const before = this.standings.get(report.relay);
    if (before !== undefined && isOlder(report, before.report)) return 'same';
    const until = this.clock.monotonic() + heartbeats * report.heartbeat;
    const isEnd = report.state === 'ended';
    const sequence = isEnd ? (before?.sequence ?? -1) : report.sequence;
    const isOther = before !== undefined && before.report.run !== report.run;
    const wasGone = before === undefined || isOther || before.isSilent || before.report.state === 'ended';
    const last = before === undefined || isOther ? this.earlier.get(report.relay) : before;
    // Another run may come between two statuses of this one.
    if (isOther) this.earlier.set(report.relay, before);
    this.standings.set(report.relay, { report, sequence, until, isSilent: false });
    this.firstBy = undefined;
    if (!isEnd) this.arm(until);
    if (wasGone && last?.report.run === report.run && sequence > last.sequence + 1) return 'resumed';
    return wasGone || !isSame(report, before.report) ? 'changed' : 'same';
  }

  /** Notes a status of unknown age. It vouches for nothing, but the next one shows whether others are missing between. */
  keep(report: RelayReport): void {
    this.earlier.set(report.relay, { report, sequence: report.state === 'ended' ? -1 : report.sequence });
  }

  /** Marks the relays whose status is overdue as silent. */
  review(): void {
    const now = this.clock.monotonic();
    for (const [relay, standing] of this.standings) {
      if (standing.until <= now && standing.report.state !== 'ended')
        this.standings.set(relay, { ...standing, isSilent: true });
    }
  }

  /** Forgets every status, because later ones may have been missed. */
  reset(): void {
    this.timer.unsubscribe();
    this.armedFor = Infinity;
    this.firstBy = undefined;
    this.standings.clear();
    this.earlier.clear();
  }

  /** Why no relay gives live quotes; `undefined` while one does, or while the first status is awaited. */
  outage(): RelayOutage | undefined {
    const now = this.clock.monotonic();
    if (this.standings.size === 0) {
      const isOverdue = this.firstBy !== undefined && this.firstBy <= now;
      return isOverdue ? { why: 'no relay sends a status', isUnheard: true } : undefined;
    }
    const whys: string[] = [];
    let isUnheard = true;
    for (const standing of this.standings.values()) {
      const why = whyFailed(standing);
      if (why === undefined) return undefined;
      whys.push(why);
      isUnheard &&= standing.isSilent;
    }
    return { why: whys.join('; '), isUnheard };
  }

  /** Why no relay vouches for a quote; `undefined` if one does. */
  doubt({ run, epoch }: RelayedState): string | undefined {
    const standing = this.of(run);
    if (standing === undefined) return 'no status of the relay that published it came on this connection';
    const { relay, epoch: present } = standing.report;
    return whyFailed(standing) ?? (epoch === present ? undefined : `the feed of relay ${relay} has another connection`);
  }

  /** Whether a quote is of an older connection than the feed that its relay reads has now. */
  isOutdated({ run, epoch }: RelayedState): boolean {
    const standing = this.of(run);
    return standing !== undefined && epoch < standing.report.epoch;
  }

  /** The gap that the relays report now; `undefined` when there is none. */
  gap(): RelayGap | undefined {
    const failed = [...this.standings.values()].filter(isFailed);
    if (failed.length === 0) return undefined;
    const runs = new Set(failed.map(({ report }) => report.run));
    const isOfRelay = failed.some(({ report, isSilent }) => isSilent || report.state === 'ended');
    // A live relay whose feed has a gap of some symbols names them.
    const isWhole = failed.some(
      ({ report, isSilent }) => isSilent || report.state !== 'live' || report.gap?.symbols.length === 0,
    );
    const symbols = new Set(failed.flatMap(({ report }) => report.gap?.symbols ?? []));
    return {
      key: failed
        .map(({ report, isSilent }) => {
          const { relay, run, state } = report;
          return [relay, run, state, isSilent, symbolsInGap(report)].join(' ');
        })
        .join(),
      cause: isOfRelay ? 'relay' : 'upstream',
      concerns: (symbol, run) =>
        isWhole ? run === undefined || runs.has(run) : symbol !== undefined && symbols.has(symbol),
    };
  }

  /** The last status of each relay. */
  states(): readonly RelayState[] {
    return [...this.standings.values()].map(({ report: { relay, run, state, epoch, reason }, isSilent }) => ({
      ...{ relay, run, epoch, state: isSilent ? 'silent' : state },
      ...(reason === '' ? {} : { reason }),
    }));
  }

  private of(run: number): Standing | undefined {
    for (const standing of this.standings.values()) if (standing.report.run === run) return standing;
    return undefined;
  }

  /** One timer, for the earliest status that may become overdue; a later status does not move it. */
  private arm(due: number): void {
    if (due >= this.armedFor) return;
    this.timer.unsubscribe();
    this.armedFor = due;
    this.timer = this.clock.background.schedule(() => {
      this.armedFor = Infinity;
      const now = this.clock.monotonic();
      const awaited = [...this.standings.values()].filter(
        ({ report, isSilent }) => !isSilent && report.state !== 'ended',
      );
      const dues = [...awaited.map(({ until }) => until), this.firstBy ?? Infinity];
      if (dues.some((at) => at <= now)) this.onOverdue();
      const next = Math.min(...dues.filter((at) => at > now));
      if (next < Infinity) this.arm(next);
    }, due - this.clock.monotonic());
  }
}

/**
 * Whether a status is older than the last one. After the end of a run its relay may come back, e.g. when the broker only thought that it
 * was gone. The end of another run says nothing about this one: its last will may come late.
 */
function isOlder(report: RelayReport, last: RelayReport): boolean {
  if (report.run !== last.run && report.state === 'ended') return true;
  if (report.run !== last.run || report.state === 'ended' || last.state === 'ended') return false;
  return report.sequence <= last.sequence;
}

function isSame(one: RelayReport, other: RelayReport): boolean {
  if (one.run !== other.run || one.state !== other.state || one.epoch !== other.epoch) return false;
  return one.reason === other.reason && symbolsInGap(one) === symbolsInGap(other);
}

/** The symbols of the gap in a text; `undefined` without a gap. No symbol has a NUL. */
function symbolsInGap({ gap }: RelayReport): string | undefined {
  return gap?.symbols.join('\0');
}

function isFailed({ report, isSilent }: Standing): boolean {
  return isSilent || report.state !== 'live' || report.gap !== undefined;
}

function whyFailed({ report: { relay, state, reason }, isSilent }: Standing): string | undefined {
  if (isSilent) return `relay ${relay} sends no status`;
  if (state === 'ended') return `relay ${relay} ended`;
  return state === 'lost' ? `the feed of relay ${relay} is lost: ${reason}` : undefined;
}
