import { concat, delay, of, toArray } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { examine, type Probe } from '../../../src/cli/doctor/examine.js';
import type { Outcome, StepName, StepResult } from '../../../src/cli/doctor/step.js';
import { virtualClock } from '../../../src/testing/index.js';

const ok: Outcome = { status: 'ok', text: 'well' };
const failed: Outcome = { status: 'failed', text: 'broken', code: 'RXP_DNS' };
const warning: Outcome = { status: 'warning', text: 'look' };

/** A probe that has its outcomes after some ms. */
function probe(
  scheduler: TestScheduler,
  step: StepName,
  needs: readonly Probe[],
  outcomes: readonly Outcome[],
  { ms = 0, held }: { readonly ms?: number; readonly held?: string } = {},
): Probe {
  return {
    step,
    needs,
    look: () => concat(...outcomes.map((one) => of(one))).pipe(delay(ms, scheduler)),
    ...(held === undefined ? {} : { held }),
  };
}

/** The results of probes in virtual time. */
function resultsOf(make: (scheduler: TestScheduler) => readonly Probe[]): readonly StepResult[] {
  const scheduler = new TestScheduler(() => undefined);
  let results: readonly StepResult[] = [];
  scheduler.run(() => {
    examine(make(scheduler), virtualClock(scheduler))
      .pipe(toArray())
      .subscribe((all) => {
        results = all;
      });
  });
  return results;
}

describe('an examination', () => {
  it('takes its steps one after the other, and times each', () => {
    const results = resultsOf((s) => [
      probe(s, 'dns', [], [ok], { ms: 20 }),
      probe(s, 'tcp', [], [warning], { ms: 300 }),
      probe(s, 'suback', [], [ok, { ...ok, ms: 7 }], { ms: 5 }),
    ]);
    expect(results.map(({ step, ms }) => [step, ms])).toEqual([
      ['dns', 20],
      ['tcp', 300],
      ['suback', 5],
      ['suback', 7],
    ]);
  });

  it('skips the steps that need a failed one, directly or not, with the first failure as reason, and takes all others', () => {
    const results = resultsOf((s) => {
      const dns = probe(s, 'dns', [], [failed]);
      const tcp = probe(s, 'tcp', [dns], [ok]);
      return [dns, tcp, probe(s, 'tls', [tcp], [ok]), probe(s, 'proxy', [], [ok])];
    });
    expect(results.map(({ step, status, text }) => [step, status, text])).toEqual([
      ['dns', 'failed', 'broken'],
      ['tcp', 'skipped', 'not tried, since DNS failed'],
      ['tls', 'skipped', 'not tried, since DNS failed'],
      ['proxy', 'ok', 'well'],
    ]);
  });

  it('does not take a step that is held, nor one that needs it, and gives the reason of a failure before that of the hold', () => {
    const results = resultsOf((s) => {
      const tcp = probe(s, 'tcp', [], [failed]);
      const connack = probe(s, 'connack', [], [ok], { held: 'not now' });
      return [tcp, connack, probe(s, 'ping', [connack], [ok]), probe(s, 'upgrade', [tcp], [ok], { held: 'not now' })];
    });
    expect(results.map(({ status, text }) => [status, text])).toEqual([
      ['failed', 'broken'],
      ['skipped', 'not now'],
      ['skipped', 'not now'],
      ['skipped', 'not tried, since TCP failed'],
    ]);
  });

  it.each([
    ['one of its outcomes is well', [failed, ok], 'ok'],
    ['one of its outcomes is a warning', [failed, warning], 'ok'],
    ['it was not taken by its own choice', [{ status: 'skipped', text: 'no TLS here' }], 'ok'],
    ['all of its outcomes failed', [failed, failed], 'skipped'],
  ] satisfies readonly [string, readonly Outcome[], string][])(
    'goes on after a step if %s: %j',
    (_, outcomes, status) => {
      const results = resultsOf((s) => {
        const suback = probe(s, 'suback', [], outcomes);
        return [suback, probe(s, 'decode', [suback], [ok])];
      });
      expect(results.at(-1)).toMatchObject({ step: 'decode', status });
    },
  );

  it('hands each step the results before it', () => {
    let before: readonly StepResult[] = [];
    resultsOf((s) => [
      probe(s, 'tcp', [], [failed]),
      {
        step: 'proxy',
        needs: [],
        look: (results) => {
          before = [...results];
          return of(ok);
        },
      },
    ]);
    expect(before).toEqual([{ ...failed, step: 'tcp', ms: 0 }]);
  });

  it('takes no further step when it is unsubscribed from', () => {
    const scheduler = new TestScheduler(() => undefined);
    const taken: string[] = [];
    scheduler.run(() => {
      const slow = probe(scheduler, 'tcp', [], [ok], { ms: 100 });
      const last: Probe = { step: 'tls', needs: [], look: () => (taken.push('tls'), of(ok)) };
      const examining = examine([slow, last], virtualClock(scheduler)).subscribe();
      scheduler.schedule(() => {
        examining.unsubscribe();
      }, 50);
    });
    expect(taken).toEqual([]);
  });
});
