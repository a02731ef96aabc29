import fc from 'fast-check';
import { type Observable, timer } from 'rxjs';
import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import { expect } from 'vitest';

/** The input for two operators that have to act the same. */
export interface Scene {
  readonly source: Observable<string>;
  /** A notifier, or what else an operator takes. */
  readonly other: Observable<string>;
  /** The inner Observables of a `project`, which are subscribed to in virtual time, too. */
  inner(value: string, index: number): Observable<string>;
  readonly scheduler: TestScheduler;
}

const gap = { weight: 4, arbitrary: fc.constant('-') };
const line = (...words: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.oneof(gap, { weight: 4, arbitrary: fc.constantFrom(...words) }), { maxLength: 25, size: 'max' })
    .map((words) => words.join(''));
const ending = (...ends: readonly string[]): fc.Arbitrary<string> => fc.constantFrom('|', '', '#', ...ends);
const marbles = (...words: readonly string[]): fc.Arbitrary<string> =>
  fc.tuple(line(...words), ending('(z|)')).map(([values, end]) => values + end);
const plays = fc.record({
  source: marbles('a', 'b', '(abc)'),
  other: marbles('x', '(xx)'),
  inners: fc.array(fc.constantFrom('|', '(x|)', 'x|', '-x-|', '---x|', '(xy)--|', 'x-#', '#', '--'), {
    minLength: 1,
    maxLength: 5,
  }),
  /** Halfway between two frames: what happens in one and the same frame has no order that a twin has to share. */
  leaveAt: fc.nat(80).map((frame) => frame + 0.5),
});

type Play = typeof plays extends fc.Arbitrary<infer P> ? P : never;

/** Everything observable of an operator: notifications and subscriptions, with their frames. */
function record({ source, other, inners, leaveAt }: Play, operate: (scene: Scene) => Observable<unknown>): unknown {
  const scheduler = new TestScheduler(() => undefined);
  return scheduler.run(({ hot, cold, flush }: RunHelpers) => {
    const received: unknown[] = [];
    const [source$, other$] = [hot(source), hot(other)];
    const begun: ReturnType<typeof cold>[] = [];
    const inner = (value: string, index: number): Observable<string> => {
      const cold$ = cold(inners[index % inners.length] ?? '|', { x: `${value}${String(index)}`, y: 'y' });
      begun.push(cold$);
      return cold$;
    };
    const note = (what: unknown): void => {
      received.push([scheduler.now(), what]);
    };
    const subscription = operate({ source: source$, other: other$, inner, scheduler }).subscribe({
      next: (value) => {
        note({ value });
      },
      error: (error: unknown) => {
        note({ error });
      },
      complete: () => {
        note('|');
      },
    });
    timer(leaveAt, scheduler).subscribe(() => {
      subscription.unsubscribe();
    });
    flush();
    return [received, ...[source$, other$, ...begun].map(({ subscriptions }) => subscriptions)];
  });
}

/** Fails unless the two agree over random marbles, in all observable events and their times. */
export function expectSameAsTwin(
  ours: (scene: Scene) => Observable<unknown>,
  twin: (scene: Scene) => Observable<unknown>,
): void {
  fc.assert(
    fc.property(plays, (play) => {
      expect(record(play, ours)).toEqual(record(play, twin));
    }),
  );
}
