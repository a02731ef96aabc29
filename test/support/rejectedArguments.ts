import { expect, it } from 'vitest';
import type { ArgumentError } from '../../operators/index.js';

/** The option that the error names, the value it was given, and the call. */
export type BadCall = readonly [option: string, value: unknown, call: () => unknown];

/** Values that no error keeps, since printing the error would print them. */
const isCompound = (value: unknown): boolean =>
  typeof value === 'function' || (typeof value === 'object' && value !== null);

/** One promise for each bad argument: refused at the call, with code, option and the value, unless that may be a secret. */
export function itRejectsArguments(calls: readonly BadCall[]): void {
  it.each(calls)('refuses an invalid %s (%o) at the call', (option, value, call) => {
    let thrown: unknown;
    try {
      call();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown instanceof TypeError || thrown instanceof RangeError).toBe(true);
    expect(thrown).toMatchObject({ code: 'RXQ_ARGUMENT', option });
    const { message, value: kept } = thrown as ArgumentError;
    expect(message).toContain(option);
    expect(isCompound(value) ? ['[hidden]'] : [value, '[hidden]']).toContainEqual(kept);
    if (typeof kept === 'number' || (typeof kept === 'string' && kept !== '[hidden]'))
      expect(message).toContain(String(kept));
  });
}
