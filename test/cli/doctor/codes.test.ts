import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { caused, failureOutcome } from '../../../src/cli/doctor/failureOutcome.js';
import { stepLabels } from '../../../src/cli/doctor/step.js';
import { ConnectionFailure } from '../../../src/index.js';
import { causes } from '../../../src/playbook/registry.js';

const folder = new URL('../../../src/cli/doctor/', import.meta.url);
const codes = new Set<string>(causes.map(({ code }) => code));

it('every code that the doctor names is a cause of the playbook', () => {
  const named = readdirSync(folder).flatMap((file) =>
    [...readFileSync(new URL(file, folder), 'utf8').matchAll(/'(RXP_[A-Z_]+)'/g)].map(([, code]) => code ?? ''),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((code) => !codes.has(code))).toEqual([]);
});

it('every step that the playbook names is one of the doctor', () => {
  const probes = causes.flatMap(({ probe }) => probe ?? []);
  expect(probes.filter((probe) => !(probe in stepLabels))).toEqual([]);
});

it('a failure of the connection has the code, the remedy and the page of its cause, in the words of the command line', () => {
  const failure = new ConnectionFailure('tls', 'mqtts://h:1 has a certificate that is not trusted (X): pass tls.ca', {
    subcause: 'certificate-issuer',
  });
  expect(failureOutcome(failure, 'mqtts://h:1')).toEqual({
    status: 'failed',
    about: 'mqtts://h:1',
    text: 'has a certificate that is not trusted (X)',
    evidence: { kind: 'tls', subcause: 'certificate-issuer' },
    code: 'RXP_CERTIFICATE_ISSUER',
    fix: 'set --ca or NODE_EXTRA_CA_CERTS to the issuer’s certificate',
    doc: 'docs/playbook.md#rxp-certificate-issuer',
  });
});

it('a failure without an exact cause has the code of no connection, and shows the status of the peer', () => {
  const failure = new ConnectionFailure('protocol', 'the sign-in of https://h answers nonsense: check it', {
    httpStatus: 418,
  });
  expect(failureOutcome(failure, 'https://h')).toMatchObject({
    code: 'RXP_NOT_CONNECTED',
    text: 'the sign-in of https://h answers nonsense (HTTP 418)',
    evidence: { httpStatus: 418 },
  });
});

it('a remedy of the doctor’s own takes the place of the playbook’s', () => {
  expect(caused('RXP_CLOCK').fix).toContain('set this machine’s clock');
  expect(caused('RXP_CLOCK', 'wind it up')).toEqual({
    code: 'RXP_CLOCK',
    fix: 'wind it up',
    doc: 'docs/playbook.md#rxp-clock',
  });
});
