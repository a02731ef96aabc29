import { describe, expect, expectTypeOf, test } from 'vitest';
import { ConnectionFailure, DecodeError, ListenError, RxQuotesError } from '../../src/model/errors.js';
import { retryRules } from '../../src/mqtt/retry/retryRules.js';
import { toFailure } from '../../src/mqtt/retry/toFailure.js';
import { printed } from '../support/printed.js';
import { scene } from './scene.js';

const failures = [
  ['network', 'RXQ_NETWORK'],
  ['timeout', 'RXQ_TIMEOUT'],
  ['tls', 'RXQ_TLS'],
  ['auth', 'RXQ_AUTH'],
  ['policy', 'RXQ_POLICY'],
  ['protocol', 'RXQ_PROTOCOL'],
  ['flap', 'RXQ_FLAP'],
  ['venue', 'RXQ_VENUE'],
  ['reconnect', 'RXQ_RECONNECT'],
] as const;

describe('every failure of a connection', () => {
  test.each(failures)('of kind %s has the code %s, is retryable, and keeps cause and details', (kind, code) => {
    const cause = new Error('below');
    const details = { httpStatus: 429, connackCode: 3, retryAfter: 1_000 };
    const failure = new ConnectionFailure(kind, 'why', { cause, ...details });
    const name = 'ConnectionFailure';
    expect(failure).toMatchObject({ name, code, kind, retryable: true, message: 'why', cause, ...details });
    expect(failure).toBeInstanceOf(RxQuotesError);
    expect(String(failure)).toBe('ConnectionFailure: why');
    const bare = new ConnectionFailure(kind, 'why');
    expect([bare.httpStatus, bare.connackCode, bare.retryAfter, bare.cause]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect('cause' in bare).toBe(false);
  });

  test('has a retry rule that never gives up', () => {
    expect(Object.keys(retryRules).sort()).toEqual(failures.map(([kind]) => kind).sort());
    expectTypeOf<(typeof failures)[number][0]>().toEqualTypeOf<ConnectionFailure['kind']>();
    expectTypeOf<(typeof failures)[number][1]>().toEqualTypeOf<ConnectionFailure['code']>();
  });
});

describe('the JSON of an error', () => {
  const failed = { cause: new Error('hunter2'), httpStatus: 429, connackCode: 3, retryAfter: 1_000 };
  const { cause: _, ...details } = failed;

  test.each<[RxQuotesError, object]>([
    ...failures.map(([kind, code]): [RxQuotesError, object] => [
      new ConnectionFailure(kind, 'why', failed),
      { name: 'ConnectionFailure', code, kind, message: 'why', retryable: true, ...details },
    ]),
    [
      new ConnectionFailure('flap', 'why', { likely: ['takeover'], certain: true }),
      {
        name: 'ConnectionFailure',
        code: 'RXQ_FLAP',
        kind: 'flap',
        message: 'why',
        retryable: true,
        likely: ['takeover'],
        certain: true,
      },
    ],
    [
      new ConnectionFailure('reconnect', 'why', { askedBy: 'silence' }),
      {
        name: 'ConnectionFailure',
        code: 'RXQ_RECONNECT',
        kind: 'reconnect',
        message: 'why',
        retryable: true,
        askedBy: 'silence',
      },
    ],
    [
      new DecodeError('schema', 'why', { cause: failed.cause }),
      { name: 'DecodeError', code: 'RXQ_DECODE', message: 'why', reason: 'schema', retryable: false },
    ],
    [new ListenError('why'), { name: 'ListenError', code: 'RXQ_LISTEN', message: 'why', retryable: true }],
  ])('has its message and details, but neither stack nor cause: %s', (error, expected) => {
    expect(JSON.parse(JSON.stringify({ reason: error }))).toEqual({ reason: expected });
  });

  test('has no field that other code added to it', () => {
    const failure = Object.assign(new ConnectionFailure('auth', 'why'), { request: { authorization: 'hunter2' } });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  test('has the message and details of the reason, also within a state', () => {
    const { fake, listen, states } = scene();
    listen(['A']);
    fake.drop(new ConnectionFailure('network', 'h:1883 reset the connection'));
    expect(JSON.parse(JSON.stringify(states.at(-1)))).toMatchObject({
      status: 'waiting',
      reason: { kind: 'network', code: 'RXQ_NETWORK', message: 'h:1883 reset the connection', retryable: true },
    });
  });
});

test('a cause is read as a property, and is not printed with its failure', () => {
  const failure = new ConnectionFailure('network', 'why', { cause: new Error('hunter2') });
  expect(failure.cause).toMatchObject({ message: 'hunter2' });
  expect(printed(failure)).not.toContain('hunter2');
});

test('a decode error has the reason under which a reject is counted, and is not retryable', () => {
  const cause = new Error('below');
  expect(new DecodeError('truncated', 'cut', { cause })).toMatchObject({
    name: 'DecodeError',
    code: 'RXQ_DECODE',
    reason: 'truncated',
    retryable: false,
    cause,
  });
});

describe('an error of another kind from a provider or transport', () => {
  test('becomes a failure of the venue with the error as cause, but without its message', () => {
    for (const thrown of [new Error('boom'), 'boom', null, 7, { kind: 'auth' }]) {
      const failure = toFailure(thrown, 'the transport');
      expect(failure).toMatchObject({ code: 'RXQ_VENUE', message: expect.stringMatching(/^the transport threw /) });
      expect(failure.message).not.toContain('boom');
      expect(failure.cause).toBe(thrown);
    }
    expect(toFailure(undefined, 'the transport')).toMatchObject({ kind: 'venue' });
  });

  test('keeps its kind if it is a failure of another copy of this package, but no invented kind', () => {
    const foreign = Object.assign(new Error('x'), { kind: 'auth', code: 'RXQ_AUTH' });
    expect(toFailure(foreign, 'the provider')).toBeInstanceOf(ConnectionFailure);
    expect(toFailure(foreign, 'the provider')).toMatchObject({ kind: 'auth' });
    expect(toFailure(foreign, 'the provider')).toMatchObject({ message: 'x', cause: foreign });
    for (const kind of ['toString', 'constructor', 'made up']) {
      expect(toFailure(Object.assign(new Error('x'), { kind }), 'the provider')).toMatchObject({ kind: 'venue' });
    }
  });
});
