import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  AuthFailure,
  ConnectionFailure,
  DecodeError,
  type FailureKind,
  FlapFailure,
  NetworkFailure,
  PolicyFailure,
  ProtocolFailure,
  RxQuotesError,
  TimeoutFailure,
  TlsFailure,
  VenueFailure,
} from '../../src/errors.js';
import { retryRules } from '../../src/index.js';
import { toFailure } from '../../src/mqtt/toFailure.js';

const failures = [
  [NetworkFailure, 'NetworkFailure', 'RXQ_NETWORK', 'network'],
  [TimeoutFailure, 'TimeoutFailure', 'RXQ_TIMEOUT', 'timeout'],
  [TlsFailure, 'TlsFailure', 'RXQ_TLS', 'tls'],
  [AuthFailure, 'AuthFailure', 'RXQ_AUTH', 'auth'],
  [PolicyFailure, 'PolicyFailure', 'RXQ_POLICY', 'policy'],
  [ProtocolFailure, 'ProtocolFailure', 'RXQ_PROTOCOL', 'protocol'],
  [FlapFailure, 'FlapFailure', 'RXQ_FLAP', 'flap'],
  [VenueFailure, 'VenueFailure', 'RXQ_VENUE', 'venue'],
] as const;

describe('every failure of a connection', () => {
  test.each(failures)(
    '%o has its name, code and kind, is retryable, and keeps cause and details',
    (Failure, name, code, kind) => {
      const cause = new Error('below');
      const details = { httpStatus: 429, connackCode: 3, retryAfter: 1_000 };
      const failure = new Failure('why', { cause, ...details });
      expect(failure).toMatchObject({ name, code, kind, retryable: true, message: 'why', cause, ...details });
      expect(failure).toBeInstanceOf(ConnectionFailure);
      expect(failure).toBeInstanceOf(RxQuotesError);
      expect(String(failure)).toBe(`${name}: why`);
      const bare = new Failure('why');
      expect([bare.httpStatus, bare.connackCode, bare.retryAfter, bare.cause]).toEqual([
        undefined,
        undefined,
        undefined,
        undefined,
      ]);
      expect('cause' in bare).toBe(false);
    },
  );

  test('has a retry rule, and no rule gives up', () => {
    expect(Object.keys(retryRules).sort()).toEqual(failures.map(([, , , kind]) => kind).sort());
    expectTypeOf<(typeof failures)[number][3]>().toEqualTypeOf<FailureKind>();
  });
});

test('a decode error has the reason that a reject is counted by, and is not retryable', () => {
  const cause = new Error('below');
  expect(new DecodeError('truncated', 'cut', { cause })).toMatchObject({
    name: 'DecodeError',
    code: 'RXQ_DECODE',
    reason: 'truncated',
    retryable: false,
    cause,
  });
});

describe('what else a provider or transport throws', () => {
  test('becomes a failure of the venue, with it as the cause', () => {
    for (const thrown of [new Error('boom'), 'boom']) {
      expect(toFailure(thrown)).toMatchObject({ code: 'RXQ_VENUE', message: 'boom', cause: thrown });
    }
    for (const thrown of [undefined, null, 7, { kind: 'auth' }]) expect(toFailure(thrown)).toBeInstanceOf(VenueFailure);
  });

  test('keeps its kind when it is a failure of another copy of this package, and no made-up kind', () => {
    const foreign = Object.assign(new Error('x'), { kind: 'auth', code: 'RXQ_AUTH' });
    expect(toFailure(foreign)).toBe(foreign);
    for (const kind of ['toString', 'constructor', 'made up']) {
      expect(toFailure(Object.assign(new Error('x'), { kind }))).toBeInstanceOf(VenueFailure);
    }
  });
});
