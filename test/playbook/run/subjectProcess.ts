import { fork } from 'node:child_process';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place, RealRow } from './realRow.js';
import type { SubjectAsk, SubjectJob, SubjectReport } from './subject.js';

/** A span of time in which a code stood. */
interface Stay {
  readonly code: string;
  readonly symptom: string;
  readonly from: number;
  to: number;
}

/** A process with a feed, seen by the runner. */
export class SubjectProcess {
  /** When its feed was made, wall time in ms. */
  begunAt = 0;
  url = '';
  isLive = false;
  private readonly stays: Stay[] = [];
  private readonly child: ReturnType<typeof fork>;
  private ended: string | undefined;

  constructor({ code, node = [] }: RealRow, isFaulty: boolean, place: Place) {
    this.child = fork(process.argv[1]!, [], {
      execArgv: [...node],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let said = '';
    this.child.stderr?.on('data', (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-300);
    });
    this.child.once('close', (status) => {
      this.ended = `its process ended with ${String(status)}: ${said.trim()}`;
    });
    this.child.on('message', (report: SubjectReport) => {
      if (report.type === 'served') [this.url, this.begunAt] = [report.url, report.at];
      else if (report.type === 'live') this.isLive = true;
      else if (report.type === 'raised') this.stays.push({ ...report, from: report.at, to: Infinity });
      else if (report.type === 'cleared') {
        const stay = this.stays.findLast(({ code: one }) => one === report.code);
        if (stay !== undefined) stay.to = report.at;
      }
    });
    this.child.send({ code, isFaulty, place } satisfies SubjectJob);
  }

  ask(what: SubjectAsk): void {
    this.child.send(what);
  }

  /** Waits until a condition holds; resolves to whether it did in time. Throws when the process is gone. */
  async until(condition: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
    const end = Date.now() + ms;
    for (;;) {
      if (this.ended !== undefined) throw new Error(this.ended);
      if (await condition()) return true;
      if (Date.now() > end) return false;
      await pause(100);
    }
  }

  /** The codes that stand now. */
  standing(): readonly string[] {
    return this.stays.filter(({ to }) => to === Infinity).map(({ code }) => code);
  }

  /** All codes that stood at some time since `from`. */
  seenSince(from: number): readonly string[] {
    return [...new Set(this.stays.filter(({ to }) => to >= from).map(({ code }) => code))];
  }

  /** When a code was raised first since `from`; `undefined` if it was not. */
  raisedAt(wanted: string, from: number): number | undefined {
    return this.stays.find((stay) => stay.code === wanted && stay.from >= from)?.from;
  }

  /** When the last of some codes was cleared that stood after `from`; `from` if none did. */
  clearedAt(wanted: (code: string) => boolean, from: number): number {
    return Math.max(from, ...this.stays.filter(({ code, to }) => wanted(code) && to < Infinity).map(({ to }) => to));
  }

  /** The last symptom of a code. */
  symptom(wanted: string): string | undefined {
    return this.stays.findLast(({ code }) => code === wanted)?.symptom;
  }

  async stop(): Promise<void> {
    if (this.ended !== undefined) return;
    const closed = new Promise((resolve) => {
      this.child.once('exit', resolve);
    });
    if (this.child.connected) this.child.disconnect();
    const kill = setTimeout(() => {
      this.child.kill('SIGKILL');
    }, 5_000);
    await closed;
    clearTimeout(kill);
  }
}
