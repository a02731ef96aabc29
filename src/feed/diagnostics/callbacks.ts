import { callUser, onRejection } from '../../../operators/support/callbackFailures.js';
import type { Logger } from './logger.js';
import { writeLine } from './logLines.js';

/** The names of the user's functions that a feed calls, as in `stats().callbackErrors`. */
export type CallbackName = 'calendar.at' | 'market' | 'marketOf' | 'staleAfter' | 'onReject' | 'logger' | 'decode';

/**
 * The most errors of one callback that are logged, so that a callback whose message differs each time does not fill the
 * log.
 */
const maxLogged = 16;

/** The length, in characters, to which messages are cut, in the log and for comparison. */
const maxLength = 200;

/** An error's name is also shown in `/health`, so only a text that looks like a name is shown. */
const isName = /^[A-Za-z_$][\w$.]{0,63}$/;

interface Failures {
  count: number;
  /** The name of the last error. */
  last: string;
  readonly logged: Set<string>;
}

/**
 * Counts the errors and the invalid results of the user's functions. Such an error ends neither the process nor a stream: it is
 * counted under the function's name, and logged when it is new.
 */
export class Callbacks {
  /** The user's logger, whose errors are counted here; `undefined` where there is none. */
  readonly logger: Logger | undefined;
  private readonly failures = new Map<CallbackName, Failures>();

  constructor(logger: Logger | undefined) {
    this.logger = logger && this.guarded(logger);
  }

  /**
   * Counts an error of a callback. `answer` is the value that the callback returned, if any: it may be a promise that
   * rejects.
   */
  failed(name: CallbackName, error: unknown, answer?: unknown): void {
    const failures = this.count(name, error);
    onRejection(answer, () => undefined);
    const text = messageOf(error);
    if (failures.logged.has(text) || failures.logged.size >= maxLogged) return;
    failures.logged.add(text);
    if (this.logger === undefined) return;
    writeLine(this.logger, 'callback-failed', { callback: name, error: failures.last, why: text });
  }

  /** Calls a callback whose answer is not used. */
  take(name: CallbackName, call: () => unknown): void {
    callUser(call, (error) => {
      this.failed(name, error);
    });
  }

  /** The number of errors of each callback that has failed. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.failures].map(([name, { count }]) => [name, count]));
  }

  /** The name of the last error of each callback that has failed, e.g. `RangeError`. */
  lastErrors(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.failures].map(([name, { last }]) => [name, last]));
  }

  private count(name: CallbackName, error: unknown): Failures {
    const failures = this.failures.get(name) ?? { count: 0, last: '', logged: new Set<string>() };
    this.failures.set(name, failures);
    failures.count += 1;
    failures.last = nameOf(error);
    return failures;
  }

  /** An error of the logger can't be logged: it is only counted. */
  private guarded(logger: Logger): Logger {
    const failed = (error: unknown): void => {
      this.count('logger', error);
    };
    const guard =
      (level: keyof Logger): Logger['info'] =>
      (bindings, message) => {
        callUser(() => logger[level](bindings, message), failed);
      };
    return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') };
  }
}

/** Reads a property of a thrown value, which may be anything, also an object whose properties throw. */
function read(error: unknown, property: 'name' | 'message'): string | undefined {
  try {
    const value: unknown = (error as { readonly name?: unknown; readonly message?: unknown } | null | undefined)?.[
      property
    ];
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function nameOf(error: unknown): string {
  const name = read(error, 'name');
  return name !== undefined && isName.test(name) ? name : 'Error';
}

function messageOf(error: unknown): string {
  const message =
    read(error, 'message') ??
    (typeof error === 'string' ? error : `a value of type ${typeof error} was thrown instead of an Error`);
  return message.slice(0, maxLength);
}
