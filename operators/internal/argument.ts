/** What every rejected argument carries: match on `code`, not on the class (it survives duplicate installs). */
export interface ArgumentError extends Error {
  readonly code: 'RXQ_ARGUMENT';
  /** Path of the option as the caller wrote it, e.g. `observeOnBounded.capacity`. */
  readonly option: string;
  readonly value: unknown;
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (Array.isArray(value)) return `an array of ${String(value.length)}`;
  if (typeof value === 'object' && value !== null)
    return `an object ({ ${Object.keys(value).slice(0, 5).join(', ')} })`;
  return String(value);
}

/** A `TypeError` for a value of the wrong kind; `remedy` says what to pass instead. */
export function wrongType(option: string, value: unknown, remedy: string): TypeError & ArgumentError {
  return Object.assign(new TypeError(`${option} is ${shown(value)}: ${remedy}`), {
    code: 'RXQ_ARGUMENT' as const,
    option,
    value,
  });
}

/** A `RangeError` for a value of the right kind outside its bounds; `remedy` names the bounds. */
export function outOfRange(option: string, value: unknown, remedy: string): RangeError & ArgumentError {
  return Object.assign(new RangeError(`${option} is ${shown(value)}: ${remedy}`), {
    code: 'RXQ_ARGUMENT' as const,
    option,
    value,
  });
}

/** A whole number of at least `least`. */
export function wholeNumber(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number') throw wrongType(option, value, `pass a whole number of at least ${String(least)}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw outOfRange(option, value, `pass a whole number of at least ${String(least)}`);
  }
  return value;
}

/** Platforms keep a timer's span, in ms, in 31 bits (some 24 days) and fire at once beyond it. */
export const longestTimer: number = 2 ** 31 - 1;

/**
 * A number of milliseconds of at least `least`. `Infinity` ("never") only where `orNever` says so; elsewhere no more than
 * a timer takes, or the longest wait would be none.
 */
export function milliseconds(option: string, value: unknown, least = 0, orNever = false): number {
  const bounds = orNever ? ', or Infinity for never' : `, at most ${String(longestTimer)}`;
  const remedy = `pass milliseconds, at least ${String(least)}${bounds}`;
  if (typeof value !== 'number') throw wrongType(option, value, remedy);
  if (Number.isNaN(value) || value < least || (value > longestTimer && !orNever)) {
    throw outOfRange(option, value, remedy);
  }
  return value;
}

/** One of a closed set of words. */
export function oneOf<T extends string>(option: string, value: unknown, words: readonly T[]): T {
  if (!words.includes(value as T)) {
    throw (typeof value === 'string' ? outOfRange : wrongType)(option, value, `pass one of ${words.join(', ')}`);
  }
  return value as T;
}

/** A function, or `undefined` where the option may be left out. */
export function optionalFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw wrongType(option, value, 'pass a function or leave it out');
}

/** An object without unknown names, so that a misspelt option is an error and not a silent default. */
export function knownOptions(option: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null) throw wrongType(option, value, 'pass an object of options');
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) {
      throw wrongType(
        `${option}.${name}`,
        (value as Record<string, unknown>)[name],
        `there is no such option; known are ${names.join(', ')}`,
      );
    }
  }
}

/** A function that can't be left out. */
export function requiredFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongType(option, value, 'pass a function');
}

/** Something with `schedule` and `now`. */
export function schedulerLike(option: string, value: unknown): void {
  const { schedule, now } = (value ?? {}) as { schedule?: unknown; now?: unknown };
  if (typeof schedule !== 'function' || typeof now !== 'function') throw wrongType(option, value, 'pass a scheduler');
}
