import { expect, it } from 'vitest';

/** What is called, the option its error names, and the value it shows. */
export type BadCall = readonly [option: string, value: unknown, call: () => unknown];

/** One promise for each bad argument: refused when the operator is made, with code, option and value. */
export function itRejectsArguments(calls: readonly BadCall[]): void {
  it.each(calls)('refuses a bad %s (%o) at the call', (option, value, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown instanceof TypeError || thrown instanceof RangeError).toBe(true);
    expect(thrown).toMatchObject({ code: 'RXQ_ARGUMENT', option, value });
    expect((thrown as Error).message).toContain(option);
    if (typeof value === 'number' || typeof value === 'string')
      expect((thrown as Error).message).toContain(String(value));
  });
}
