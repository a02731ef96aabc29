/** Stands for a value that may be a secret. */
export const HIDDEN = '[hidden]';

/**
 * The error of an invalid argument. Match on `code`, not on the class: two installed copies of the package have two
 * classes.
 */
export interface ArgumentError extends Error {
  /** Stable identifier. */
  readonly code: 'RXQ_ARGUMENT';
  /** Path of the option as the caller wrote it, e.g. `observeOnBounded.capacity`. */
  readonly option: string;
  /**
   * A number, a boolean, `undefined`, `null`, or a string of the kind that the option takes. Any other value may hold a
   * misplaced secret, so it is `'[hidden]'` here and in the message.
   */
  readonly value: unknown;
}

/** The longest string that is shown: a longer one is probably a token, a key or a document. */
const LONGEST = 80;

/**
 * Matches a string that may be a URL with credentials or a part of one, or an assignment like `password=…`. Scheme,
 * host and port alone hold no credentials.
 */
const MAYBE_SECRET = /:\/\/|@|%40|=|bearer /i;
const ADDRESS = /^[a-z][a-z\d+.-]*:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i;

const isSafe = (text: string): boolean => text.length <= LONGEST && (!MAYBE_SECRET.test(text) || ADDRESS.test(text));

/**
 * The part of a value that an error keeps. Objects, functions and arrays are not kept: code that prints the error would
 * print them.
 */
function kept(value: unknown, isText: boolean): unknown {
  if (typeof value === 'string') return value === '' || (isText && isSafe(value)) ? value : HIDDEN;
  return value !== null && ['object', 'function', 'symbol'].includes(typeof value) ? HIDDEN : value;
}

/** A value as the error message shows it. It shows only the type of objects, functions and arrays. */
function described(value: unknown, safeValue: unknown): string {
  if (Array.isArray(value)) return `an array of ${String(value.length)}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function' || typeof value === 'symbol') return `a ${typeof value}`;
  if (typeof value === 'string' && value !== HIDDEN && safeValue === HIDDEN) return 'a text that is not shown';
  return typeof safeValue === 'string' ? JSON.stringify(safeValue) : String(safeValue);
}

function refused<T extends Error>(
  make: new (message: string) => T,
  option: string,
  given: unknown,
  isText: boolean,
  remedy: string,
): T & ArgumentError {
  const value = kept(given, isText);
  const error = new make(`${option} is ${described(given, value)}: ${remedy}`);
  const { name, message } = error;
  const code = 'RXQ_ARGUMENT' as const;
  // JSON leaves out an error's own name and message, and has no bigint.
  const toJSON = (): object => ({
    name,
    code,
    option,
    value: typeof value === 'bigint' ? String(value) : value,
    message,
  });
  Object.defineProperty(error, 'toJSON', { value: toJSON });
  return Object.assign(error, { code, option, value });
}

/**
 * A `TypeError` for a value of the wrong type; `remedy` says what to pass instead. A string is not shown, because it
 * may be a misplaced secret.
 */
export function wrongType(option: string, value: unknown, remedy: string): TypeError & ArgumentError {
  return refused(TypeError, option, value, false, remedy);
}

/** A `RangeError` for a value of the right type outside its bounds; `remedy` names the bounds. A string is shown. */
export function outOfRange(option: string, value: unknown, remedy: string): RangeError & ArgumentError {
  return refused(RangeError, option, value, true, remedy);
}

/** Checks a whole number of at least `least`. */
export function wholeNumber(option: string, value: unknown, least: number): number {
  if (typeof value !== 'number') throw wrongType(option, value, `pass a whole number of at least ${String(least)}`);
  if (!Number.isSafeInteger(value) || value < least) {
    throw outOfRange(option, value, `pass a whole number of at least ${String(least)}`);
  }
  return value;
}

/** The longest timer in ms, about 24 days: platforms keep the delay in 31 bits, and fire at once beyond that. */
export const longestTimer: number = 2 ** 31 - 1;

/**
 * Checks a number of milliseconds of at least `least`. With `orNever` it may be `Infinity`, which means never.
 * Otherwise it is at most `longestTimer`, since a platform fires a longer timer at once.
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

/** Checks that a value is one of `words`. */
export function oneOf<T extends string>(option: string, value: unknown, words: readonly T[]): T {
  if (!words.includes(value as T)) {
    throw (typeof value === 'string' ? outOfRange : wrongType)(option, value, `pass one of ${words.join(', ')}`);
  }
  return value as T;
}

/** Checks a function that may be left out. */
export function optionalFunction(option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function')
    throw wrongType(option, value, 'pass a function or leave it out');
}

/** A plausible name of an option. Any other text in its place may be a secret. */
const NAME = /^[a-z_$][\w$-]{0,39}$/i;

/**
 * Checks that an object has known options only, so that a misspelt option is an error and not a silent default. The
 * value of an unknown option is never shown, because it may be a secret under a wrong name.
 */
export function knownOptions(option: string, value: unknown, names: readonly string[]): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw wrongType(option, value, 'pass an object of options');
  for (const name of Object.keys(value)) {
    if (!names.includes(name)) {
      const shown = NAME.test(name) ? name : HIDDEN;
      throw wrongType(`${option}.${shown}`, HIDDEN, `there is no such option; the options are ${names.join(', ')}`);
    }
  }
}

/** Checks a function that can't be left out. */
export function requiredFunction(option: string, value: unknown): void {
  if (typeof value !== 'function') throw wrongType(option, value, 'pass a function');
}

/** Checks an object with `schedule` and `now`. */
export function schedulerLike(option: string, value: unknown): void {
  const { schedule, now } = (value ?? {}) as { schedule?: unknown; now?: unknown };
  if (typeof schedule !== 'function' || typeof now !== 'function') throw wrongType(option, value, 'pass a scheduler');
}
