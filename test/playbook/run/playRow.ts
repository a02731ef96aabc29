import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Cause } from '../../../src/playbook/cause.js';
import { causes } from '../../../src/playbook/registry.js';
import { doctorCodes, statusCodes } from './outside.js';
import type { Far, RealRow } from './realRow.js';
import { SubjectProcess } from './subjectProcess.js';

/** The result of one row on real sockets. */
export interface RealResult {
  readonly code: string;
  readonly fault: string;
  /** From the fault to the finding, in ms; `null` if it was not found. */
  readonly foundMs: number | null;
  /** The codes by `findings`, without those that the control has. */
  readonly findings: readonly string[];
  /** Codes that stood before on the way to these, e.g. of the first lost connection. */
  readonly before: readonly string[];
  /** The codes by `rx-quotes status` in the same moment, without those that the control has. */
  readonly status: readonly string[];
  /** The codes by `rx-quotes doctor`; `null` where the cause has no probe, or a probe can't see this fault. */
  readonly doctor: readonly string[] | null;
  /** The code that the doctor must find. */
  readonly doctorCode: string;
  /** The findings of the control. */
  readonly control: readonly { readonly code: string; readonly symptom: string }[];
  /** Codes of this row that a control of another row showed at the same time: the machine was busy. */
  readonly disturbed: readonly string[];
  readonly implied: readonly string[];
  readonly symptom: string;
  /** The remedy that was applied. */
  readonly fix: string;
  /** Whether the finding cleared after it; `null` where its span is longer than a row may take. */
  readonly isCured: boolean | null;
  /** From the remedy until the finding cleared, in ms. */
  readonly clearedMs: number | null;
  /** The problems of a first run of the row, if it was played again. */
  readonly again?: readonly string[];
  /** Why the row could not be played to its end. */
  readonly error?: string;
}

/** One after the other. */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work, work);
    this.last = done;
    return done;
  }
}

/** The controls of all rows: a busy machine disturbs rows at the same time. */
export class Controls {
  private readonly all: SubjectProcess[] = [];

  add(control: SubjectProcess): void {
    this.all.push(control);
  }

  /** The codes that any control showed since `from`. */
  seenSince(from: number): readonly string[] {
    return this.all.flatMap((control) => control.seenSince(from));
  }
}

/** How long, in ms, findings of the start may stand: a busy machine delays timers and collections then. */
const calm = 75_000;

const connectionCodes: ReadonlySet<string> = new Set(
  causes.filter(({ chapter }) => chapter === 'connection').map(({ code }) => code),
);

/** How long a feed may take to connect, in ms. */
const patience = 20_000;

/** Finds the codes of the doctor, where it can see the fault. */
async function examined(row: RealRow, { probe }: Cause, { place, doctor }: Far): Promise<readonly string[] | null> {
  if (probe === undefined || row.unseen !== undefined) return null;
  if (place.ca === undefined) return doctorCodes(place, doctor);
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-playbook-'));
  try {
    writeFileSync(join(directory, 'ca.pem'), place.ca);
    return await doctorCodes(place, doctor, join(directory, 'ca.pem'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Provokes a fault beside a control without it, and mends it. */
export async function playRow(row: RealRow, cause: Cause, turns: Turns, controls: Controls): Promise<RealResult> {
  const { code, implied = [], settle, within, clears } = row;
  const fix = cause.fixes[row.fix] ?? '';
  const fars: Far[] = [];
  const subjects: SubjectProcess[] = [];
  const nothing = {
    foundMs: null,
    findings: [],
    before: [],
    status: [],
    doctor: null,
    control: [],
    disturbed: [],
    symptom: '',
  };
  const result = {
    code,
    doctorCode: row.doctorCode ?? code,
    fault: cause.fault,
    ...nothing,
    implied,
    fix,
    isCured: null,
    clearedMs: null,
  };
  const start = async (isFaulty: boolean): Promise<SubjectProcess> => {
    const far = await row.far(isFaulty);
    fars.push(far);
    const subject = new SubjectProcess(row, isFaulty, far.place);
    subjects.push(subject);
    return subject;
  };
  try {
    const control = await start(false);
    controls.add(control);
    const provoked = async (): Promise<RealResult> => {
      const faulty = await start(true);
      const far = fars[1]!;
      if (!(await faulty.until(() => faulty.url !== '' && control.url !== '', patience))) throw new Error('no feed');
      let from = faulty.begunAt;
      if (settle !== undefined) {
        if (!(await faulty.until(() => faulty.isLive, patience))) throw new Error('the feed is not live');
        await faulty.until(() => [...faulty.standing(), ...control.standing()].length === 0, calm);
        await pause(settle);
        from = Date.now();
        await far.fault?.();
        faulty.ask('fault');
      }
      await faulty.until(() => faulty.raisedAt(code, from) !== undefined, within);
      const found = faulty.raisedAt(code, from);
      const shown = new Set(control.seenSince(from));
      const disturbed = new Set(controls.seenSince(from).filter((one) => one !== code));
      const others = (codes: readonly string[]): readonly string[] =>
        codes.filter((one) => !shown.has(one) && !disturbed.has(one)).sort();
      const findings = others(faulty.standing());
      let status: readonly string[] = [];
      await faulty.until(async () => {
        status = others(await statusCodes(faulty.url).catch(() => []));
        return status.includes(code) || found === undefined;
      }, 5_000);
      return {
        ...result,
        foundMs: found === undefined ? null : found - from,
        findings,
        before: others(faulty.seenSince(from)).filter((one) => !findings.includes(one)),
        status,
        doctor: await examined(row, cause, far),
        control: [...shown].map((one) => ({ code: one, symptom: control.symptom(one) ?? '' })),
        disturbed: [...disturbed].filter((one) => faulty.seenSince(from).includes(one)).sort(),
        symptom: faulty.symptom(code) ?? '',
      };
    };
    const cure = async (): Promise<number> => {
      const at = Date.now();
      const far = fars[1]!;
      await far.cure?.();
      subjects[1]?.ask({ cure: far.cured ?? far.place });
      return at;
    };
    const both = async (): Promise<{ readonly provoke: RealResult; readonly curedAt: number }> => ({
      provoke: await provoked(),
      curedAt: await cure(),
    });
    const { provoke, curedAt } = await (row.isHeavy === true ? turns.take(both) : both());
    const faulty = subjects[1]!;
    if (clears === undefined || provoke.foundMs === null) return provoke;
    // The next attempt to connect may fail in another way, e.g. with a reset: that is no cure.
    const isOwn = (one: string): boolean =>
      one === code || (cause.chapter === 'connection' && connectionCodes.has(one));
    const isOver = (): boolean => !faulty.standing().some(isOwn);
    let isCured = await faulty.until(isOver, clears);
    const clearedMs = isCured ? faulty.clearedAt(isOwn, curedAt) - curedAt : null;
    if (isCured && row.watched !== undefined) isCured = !(await faulty.until(() => !isOver(), row.watched));
    return { ...provoke, isCured, clearedMs };
  } catch (error) {
    return { ...result, error: error instanceof Error ? error.message : String(error) };
  } finally {
    await Promise.allSettled(subjects.map((one) => one.stop()));
    await Promise.allSettled(fars.map(async (one) => one.stop()));
  }
}
