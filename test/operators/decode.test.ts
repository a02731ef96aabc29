import { Subject, map, of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { decode } from '../../operators/index.js';
import type { Rejection } from '../../operators/decode.js';
import { expectConserved } from '../support/conserved.js';
import { escapedErrors, failingCallbacks } from '../support/failingCallbacks.js';
import { describeOperatorLaws } from '../support/laws.js';
import { marbles } from '../support/marbles.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { metered } from '../support/metered.js';

interface Frame {
  readonly topic: string;
  readonly payload: Uint8Array;
}
const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);
const frame = (body: string): Frame => ({ topic: 't', payload: new TextEncoder().encode(body) });
const upper = (payload: Uint8Array): string => {
  if (text(payload) === 'x') throw new Error('unreadable');
  return text(payload).toUpperCase();
};

describe('decode', () => {
  it('turns payloads into values and continues after an unreadable one', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-x-b-|', { a: frame('a'), x: frame('x'), b: frame('b') });
      expectObservable(source.pipe(decode(upper))).toBe('-A---B-|');
      expectSubscriptions(source.subscriptions).toBe('^------!');
    });
  });

  it('counts rejects by reason and passes each on with its value, with a correct ledger inside every callback', () => {
    const rejections: Rejection<Frame>[] = [];
    const thrown: Record<string, unknown> = {
      coded: Object.assign(new Error('cut'), { reason: 'truncated' }),
      plain: new Error('oops'),
      text: 'a string',
      odd: { reason: 7 },
      long: { reason: 'r'.repeat(65) },
      blank: { reason: '' },
    };
    const operator = metered((stats) =>
      decode(
        (payload: Uint8Array, value: Frame) => {
          expectConserved(operator.stats());
          expect(operator.stats().inFlight).toBe(1);
          expect(value.payload).toBe(payload);
          const name = text(payload);
          if (name in thrown) throw thrown[name];
          return name;
        },
        {
          stats,
          maxPayload: 6,
          onReject: (rejection) => {
            expectConserved(operator.stats());
            rejections.push(rejection);
          },
        },
      ),
    );
    const observed: string[] = [];
    const names = ['ok', '', 'sevenab', ...Object.keys(thrown), 'fine'];
    of(...names.map(frame))
      .pipe(operator)
      .subscribe((value) => {
        expectConserved(operator.stats());
        observed.push(value);
      });
    expect(observed).toEqual(['ok', 'fine']);
    expect(rejections.map(({ reason }) => reason)).toEqual([
      ...['empty', 'too-large', 'truncated', 'threw', 'threw', 'threw', 'threw', 'threw'],
    ]);
    expect(rejections.map(({ error }) => error)).toEqual([undefined, undefined, ...Object.values(thrown)]);
    expect(text(rejections[2]?.value.payload as Uint8Array)).toBe('coded');
    expect(operator.stats()).toEqual({
      received: 10,
      emitted: 2,
      conflated: 0,
      dropped: {},
      rejected: { empty: 1, 'too-large': 1, truncated: 1, threw: 5 },
      inFlight: 0,
      ...{ oldestWait: 0, longestWait: 0, totalWait: 0 },
      callbackErrors: 0,
    });
  });

  it('counts as threw an error that can not be read, and continues', () => {
    const fail = (): never => {
      throw new Error('no answer');
    };
    const operator = metered((stats) =>
      decode(
        (payload: Uint8Array) => {
          if (text(payload) === 'x') throw new Proxy(new Error(), { get: fail, has: fail });
          return text(payload);
        },
        { stats },
      ),
    );
    const observed: string[] = [];
    of(frame('x'), frame('a'))
      .pipe(operator)
      .subscribe((value) => observed.push(value));
    expect(observed).toEqual(['a']);
    expect(operator.stats()).toMatchObject({ received: 2, emitted: 1, rejected: { threw: 1 } });
  });

  it('accepts a payload of exactly maxPayload, 256 KiB by default', () => {
    const sized = (size: number): Frame => ({ topic: 't', payload: new Uint8Array(size) });
    const operator = metered((stats) => decode((payload: Uint8Array) => payload.length, { stats }));
    const observed: number[] = [];
    of(sized(262_144), sized(262_145))
      .pipe(operator)
      .subscribe((value) => observed.push(value));
    expect(observed).toEqual([262_144]);
    expect(operator.stats().rejected).toEqual({ 'too-large': 1 });
  });

  it('does not count an error downstream as a reject', () => {
    const operator = metered((stats) => decode(upper, { stats }));
    let error: unknown;
    of(frame('a'))
      .pipe(
        operator,
        map(() => {
          throw new Error('mine');
        }),
      )
      .subscribe({ error: (e: unknown) => (error = e) });
    expect(error).toEqual(new Error('mine'));
    expect(operator.stats()).toMatchObject({ emitted: 1, rejected: {} });
  });

  it('counts a value whose consumer left during the decoder call as dropped, not emitted', () => {
    const source = new Subject<Frame>();
    const operator = metered((stats) =>
      decode(
        (payload: Uint8Array) => {
          subscription.unsubscribe();
          return text(payload);
        },
        { stats },
      ),
    );
    const subscription = source.pipe(operator).subscribe();
    source.next(frame('a'));
    expect(operator.stats()).toMatchObject({ emitted: 0, dropped: { unsubscribed: 1 }, inFlight: 0 });
    expectConserved(operator.stats());
  });

  it('does not grow with the number of reasons', () => {
    const operator = metered((stats) =>
      decode(
        (payload: Uint8Array): string => {
          throw Object.assign(new Error(), { reason: text(payload) });
        },
        { stats },
      ),
    );
    of(...Array.from({ length: 200 }, (_, i) => frame(`r${String(i)}`)))
      .pipe(operator)
      .subscribe();
    expect(Object.keys(operator.stats().rejected)).toHaveLength(65);
    expect(operator.stats().rejected['other']).toBe(136);
    expectConserved(operator.stats());
  });

  it.each(failingCallbacks)('counts an onReject that %s, and the stream goes on', async (_how, onReject) => {
    const operator = metered((stats) => decode(upper, { stats, onReject }));
    const observed: string[] = [];
    const { errors } = await escapedErrors(() => {
      of(frame('x'), frame('b'))
        .pipe(operator)
        .subscribe((value) => observed.push(value));
    });
    expect([observed, operator.stats().callbackErrors, errors]).toEqual([['B'], 1, []]);
  });

  itRejectsArguments([
    ['decode.decoder', 7, () => decode(7 as never)],
    ['decode.maxPayload', 0, () => decode(upper, { maxPayload: 0 })],
    ['decode.maxPayload', 1.5, () => decode(upper, { maxPayload: 1.5 })],
    ['decode.maxPayload', 'big', () => decode(upper, { maxPayload: 'big' as never })],
    ['decode.onReject', 1, () => decode(upper, { onReject: 1 as never })],
    ['decode.onRejected', 1, () => decode(upper, { onRejected: 1 } as never)],
    ['decode', null, () => decode(upper, null as never)],
  ]);
});

describeOperatorLaws('decode', () => decode(upper), { values: [frame('a'), frame('b'), frame('c')] });
