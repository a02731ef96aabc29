import { causes } from '../../../src/playbook/registry.js';
import { type Fault, faults } from '../faults.js';
import { codesAt, runFault } from '../runFault.js';

/** The result of one fault in virtual time. */
export interface VirtualResult {
  readonly code: string;
  readonly fault: string;
  /** From the fault to the first second at which the finding stands, in ms; `null` if it was not found. */
  readonly foundMs: number | null;
  /** The codes that stand when the finding must stand. */
  readonly findings: readonly string[];
  readonly implied: readonly string[];
  /** From the remedy to the first second without the finding, in ms; `null` if it did not clear in time. */
  readonly clearedMs: number | null;
}

/** Provokes a fault in virtual time. */
export function playFault(code: string, fault: Fault): VirtualResult {
  const run = runFault(fault);
  const { at, clearBy, from = 0, implied = [] } = fault;
  const times = [...run.findings.keys()].sort((one, other) => one - other);
  const stands = (time: number): boolean => codesAt(run, time).includes(code);
  const found = times.find((time) => time >= from && time <= at && stands(time));
  const stays = times.findLast((time) => stands(time)) ?? at;
  const cleared = times.find((time) => time > stays);
  return {
    code,
    fault: causes.find((cause) => cause.code === code)?.fault ?? '',
    foundMs: found === undefined ? null : found - from,
    findings: [...codesAt(run, at)].sort(),
    implied,
    clearedMs: cleared === undefined || cleared > at + clearBy ? null : Math.max(0, cleared - at),
  };
}

/** Provokes the faults of some causes, one after the other. */
export function playFaults(codes: readonly string[]): readonly VirtualResult[] {
  return codes.map((code) => {
    const fault = faults[code];
    if (fault === undefined) throw new Error(`no fault provokes ${code}`);
    return playFault(code, fault);
  });
}
