import { Observable, Subject, of, take } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { operate, type OperateConfig } from '../../../operators/internal/operate.js';
import { marbles } from '../../support/marbles.js';

type Handlers = Omit<OperateConfig<string, string>, 'destination' | 'next'>;

function doubled(handlers: Handlers = {}) {
  return (source: Observable<string>): Observable<string> =>
    new Observable((destination) => {
      const next = (value: string): void => {
        destination.next(value + value);
      };
      source.subscribe(operate<string, string>({ destination, next, ...handlers }));
    });
}

const fail = (): never => {
  throw new Error('handler');
};

function outcome(source: Observable<string>, handlers: Handlers): unknown[] {
  const log: unknown[] = [];
  source.pipe(doubled(handlers)).subscribe({
    next: (value) => log.push(value),
    error: (error: unknown) => log.push((error as Error).message),
    complete: () => log.push('|'),
  });
  return log;
}

describe('operate', () => {
  it('passes errors and completion through, and unsubscribes from the source at its end and at the consumer’s', () => {
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-#');
      const values = { A: 'aa', B: 'bb' };
      expectObservable(source.pipe(doubled())).toBe('-A-B-#', values);
      expectObservable(source.pipe(doubled()), '^-!').toBe('-A', values);
      expectObservable(source.pipe(doubled(), take(1))).toBe('-(A|)', values);
      expectSubscriptions(source.subscriptions).toBe(['^----!', '^-!', '^!']);
    });
  });

  it('unsubscribes from a source that is still inside its own subscribe call', () => {
    let released = 0;
    const source = new Observable<string>((subscriber) => {
      subscriber.add(() => {
        released += 1;
      });
      for (let i = 0; i < 10 && !subscriber.closed; i += 1) subscriber.next(String(i));
      expect(released).toBe(1);
    });
    source.pipe(doubled(), take(2)).subscribe();
    expect(released).toBe(1);
  });

  it('turns an error of any handler into an error of the stream', () => {
    expect(outcome(of('a'), { complete: fail })).toEqual(['aa', 'handler']);
    expect(
      outcome(
        new Observable((s) => {
          s.error('#');
        }),
        { error: fail },
      ),
    ).toEqual(['handler']);
    const thrown = new Observable<string>(() => {
      throw new Error('source');
    });
    expect(outcome(thrown, {})).toEqual(['source']);
  });

  it('unsubscribes from the source when a handler throws', () => {
    const source = new Subject<string>();
    const log: unknown[] = [];
    const operator = (inner: Observable<string>): Observable<string> =>
      new Observable((destination) => {
        inner.subscribe(operate<string, string>({ destination, next: fail }));
      });
    source.pipe(operator).subscribe({ error: (error: unknown) => log.push((error as Error).message) });
    source.next('a');
    expect(log).toEqual(['handler']);
    expect(source.observed).toBe(false);
  });

  it('passes nothing on after the end', () => {
    const rude = new Observable<string>((subscriber) => {
      subscriber.next('a');
      subscriber.complete();
      subscriber.next('b');
      subscriber.error('#');
      subscriber.complete();
    });
    expect(outcome(rude, {})).toEqual(['aa', '|']);
    let completions = 0;
    expect(outcome(rude, { complete: () => (completions += 1) })).toEqual(['aa']);
    expect(completions).toBe(1);
  });

  it('keeps the destination open when complete is handled, but unsubscribes from the source', () => {
    const source = new Subject<string>();
    let released = 0;
    const log: unknown[] = [];
    const operator = doubled({ complete: () => log.push('handled'), finalize: () => (released += 1) });
    const subscription = source.pipe(operator).subscribe({ complete: () => log.push('|') });
    source.complete();
    expect([log, released, subscription.closed]).toEqual([['handled'], 1, false]);
    subscription.unsubscribe();
    expect(released).toBe(1);
  });
});
