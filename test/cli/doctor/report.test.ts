import { describe, expect, it } from 'vitest';
import { type Examination, exitCodeOf, jsonReport, withoutSecrets } from '../../../src/cli/doctor/report.js';
import { stepLabels, type StepResult } from '../../../src/cli/doctor/step.js';

const well: StepResult = { step: 'dns', status: 'ok', text: 'is 10.0.0.8', about: 'broker.example', ms: 3 };
const skipped: StepResult = { step: 'tls', status: 'skipped', text: 'not tried, since TCP failed', ms: 0 };
const doubtful: StepResult = { step: 'clock', status: 'warning', text: 'is 7 s ahead', code: 'RXP_CLOCK', ms: 9 };
const failed: StepResult = {
  step: 'tcp',
  status: 'failed',
  about: 'mqtt://broker.example:1883',
  text: 'refused the connection (ECONNREFUSED)',
  code: 'RXP_REFUSED',
  evidence: { kind: 'network', subcause: 'refused' },
  fix: 'check the port in --url',
  doc: 'docs/playbook.md#rxp-refused',
  ms: 4,
};

describe('the exit code of an examination', () => {
  it.each([
    [0, [well, skipped]],
    [0, []],
    [3, [well, doubtful, skipped]],
    [1, [well, doubtful, failed]],
    [1, [failed]],
  ] as const)('is %d after %j', (code, results) => {
    expect(exitCodeOf(results)).toBe(code);
  });
});

describe('an examination as JSON', () => {
  const whole: Examination = {
    target: 'mqtt://broker.example:1883',
    symbols: ['AOT'],
    at: 1_700_000_000_000,
    ms: 16,
    results: [doubtful, well, failed, skipped],
  };

  it('has the form that docs/doctor.md promises', () => {
    expect(JSON.parse(jsonReport(whole))).toEqual({
      schema: 1,
      target: 'mqtt://broker.example:1883',
      symbols: ['AOT'],
      at: 1_700_000_000_000,
      ms: 16,
      verdict: 'failed',
      exitCode: 1,
      counts: { ok: 1, warning: 1, failed: 1, skipped: 1 },
      steps: [
        { step: 'clock', status: 'warning', code: 'RXP_CLOCK', text: 'is 7 s ahead', evidence: {}, ms: 9 },
        { step: 'dns', about: 'broker.example', status: 'ok', text: 'is 10.0.0.8', evidence: {}, ms: 3 },
        {
          step: 'tcp',
          about: 'mqtt://broker.example:1883',
          status: 'failed',
          code: 'RXP_REFUSED',
          text: 'refused the connection (ECONNREFUSED)',
          evidence: { kind: 'network', subcause: 'refused' },
          fix: 'check the port in --url',
          doc: 'docs/playbook.md#rxp-refused',
          ms: 4,
        },
        { step: 'tls', status: 'skipped', text: 'not tried, since TCP failed', evidence: {}, ms: 0 },
      ],
    });
  });

  it.each([
    ['ok', 0, [well]],
    ['warning', 3, [doubtful]],
    ['failed', 1, [failed]],
  ] as const)('has the verdict %s with exit code %d', (verdict, exitCode, results) => {
    expect(JSON.parse(jsonReport({ ...whole, results }))).toMatchObject({ verdict, exitCode });
  });

  it('is one line', () => {
    expect(jsonReport(whole)).not.toContain('\n');
  });

  it('has no other steps than these, whose names programs rely on', () => {
    expect(Object.keys(stepLabels)).toEqual([
      ...['clock', 'dns', 'tcp', 'tls', 'port', 'proxy', 'credentials', 'sign-in', 'token', 'upgrade', 'connack'],
      ...['ping', 'suback', 'first-message', 'decode', 'market', 'event-loop', 'room', 'findings'],
    ]);
  });
});

it('a credential that a peer sends back is hidden in every text of a result', () => {
  const secret = 'S3cretPassw0rd';
  const endpoint = { url: 'ws://h/x', password: secret, headers: { Authorization: 'Bearer t0ken-t0ken' } };
  const echo = `you sent ${secret} and t0ken-t0ken`;
  const shown = withoutSecrets({ ...failed, about: echo, text: echo, fix: echo, evidence: { echo } }, [endpoint]);
  expect(JSON.stringify(shown)).not.toMatch(/S3cret|t0ken/);
  expect(shown).toMatchObject({ text: 'you sent [hidden] and [hidden]', step: 'tcp', ms: 4 });
});
