import { describe, expect, it } from 'vitest';
import { causes } from '../../src/playbook/registry.js';
import { type Fault, faults } from './faults.js';
import { codesAt, runFault } from './runFault.js';

const noticed = causes.filter(({ detect }) => detect !== undefined);

describe('the fault of each cause of the playbook', () => {
  it.each(noticed)('of $code raises this code, with none but the implied ones, and clears', ({ code }) => {
    const fault: Fault | undefined = faults[code];
    if (fault === undefined) throw new Error(`no fault provokes ${code}`);
    const run = runFault(fault);
    expect(codesAt(run, fault.at)).toEqual(expect.arrayContaining([code]));
    expect([...codesAt(run, fault.at)].sort()).toEqual([code, ...(fault.implied ?? [])].sort());
    expect(codesAt(run, fault.at + fault.clearBy)).not.toContain(code);
  });
});
