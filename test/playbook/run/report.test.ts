import { describe, expect, it } from 'vitest';
import { faults } from '../faults.js';
import { playFault } from './playFault.js';
import type { RealResult } from './playRow.js';
import { exitCodeOf, type PlaybookRun, problems, reportMarkdown } from './report.js';
import { withBlock } from './writePage.js';

const nothing: PlaybookRun = { virtual: [], real: [], quiet: [], seconds: 1 };

const refused: RealResult = {
  ...{ code: 'RXP_REFUSED', fault: 'a closed port', foundMs: 1_000, findings: ['RXP_REFUSED'], before: [] },
  ...{
    status: ['RXP_REFUSED'],
    doctor: ['RXP_REFUSED'],
    doctorCode: 'RXP_REFUSED',
    control: [],
    disturbed: [],
    implied: [],
    symptom: 'not connected',
  },
  ...{ fix: 'check the port', isCured: true, clearedMs: 900 },
};

describe('the report of a run of the playbook', () => {
  it('has no problem and the exit code 0 where each fault gives its own code', () => {
    const run = { ...nothing, virtual: [playFault('RXP_REFUSED', faults['RXP_REFUSED']!)], real: [refused] };
    expect(problems(run)).toEqual([]);
    expect(exitCodeOf(run)).toBe(0);
  });

  it('names both cells and has the exit code 1 where a code has the fault of another one', () => {
    const run = { ...nothing, virtual: [playFault('RXP_DNS', faults['RXP_REFUSED']!)] };
    expect(problems(run)).toEqual([
      'the fault of RXP_DNS does not give RXP_DNS in virtual time',
      'the fault of RXP_DNS gives RXP_REFUSED too in virtual time, which is not implied',
    ]);
    expect(exitCodeOf(run)).toBe(1);
  });

  it.each([
    ['status shows another code', { status: ['RXP_DNS'] }, 'status does not show RXP_REFUSED, but RXP_DNS'],
    ['the doctor finds nothing', { doctor: [] }, 'doctor does not find RXP_REFUSED, but nothing'],
    ['the remedy does not cure', { isCured: false }, 'RXP_REFUSED does not clear after its remedy: check the port'],
    ['the row ended early', { error: 'no feed' }, 'the row of RXP_REFUSED was not played: no feed'],
  ])('has a problem where %s', (_, change, problem) => {
    const run = {
      ...nothing,
      virtual: [playFault('RXP_REFUSED', faults['RXP_REFUSED']!)],
      real: [{ ...refused, ...change }],
    };
    expect(problems(run)).toEqual([problem]);
    expect(exitCodeOf(run)).toBe(1);
  });

  it('has a problem where a healthy feed has a finding', () => {
    const raised = [{ code: 'RXP_NO_EVENTS', time: '01:00:00', symptom: 'nothing came' }];
    const quiet = [{ name: 'a night', span: '14 h', messages: 1, readings: 1, raised }];
    expect(problems({ ...nothing, quiet })).toEqual(['a night raises RXP_NO_EVENTS at 01:00:00: nothing came']);
  });

  it('has the exit code 1 for a run without a fault', () => {
    expect(exitCodeOf(nothing)).toBe(1);
  });
});

describe('the page with the report', () => {
  it('gets the report between its two marks, and nothing else changes', () => {
    const page = 'Before.\n\n<!-- playbook:matrix -->\nold\n<!-- /playbook:matrix -->\n\nAfter.\n';
    const report = reportMarkdown({ ...nothing, real: [refused] });
    const written = withBlock(page, report);
    expect(written.startsWith('Before.\n\n<!-- playbook:matrix -->\n| code |')).toBe(true);
    expect(written.endsWith('<!-- /playbook:matrix -->\n\nAfter.\n')).toBe(true);
    expect(written).toContain('| [RXP_REFUSED](#rxp-refused) | a closed port |');
    expect(written).not.toContain('old');
    expect(withBlock(written, report)).toBe(written);
  });

  it('is refused without its marks', () => {
    expect(() => withBlock('A page.', '')).toThrow('has no marks');
  });
});
