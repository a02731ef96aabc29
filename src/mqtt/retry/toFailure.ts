import { withoutUrlSecrets } from '../../../operators/support/safeText.js';
import { ConnectionFailure, type FailureDetails, type FailureKind } from '../../model/errors.js';

/** The names of all kinds. A record rather than a list: the compiler then finds one that is missing here. */
const kinds: Readonly<Record<FailureKind, true>> = {
  network: true,
  timeout: true,
  tls: true,
  auth: true,
  policy: true,
  protocol: true,
  flap: true,
  venue: true,
  reconnect: true,
};

/**
 * Patterns of class names, and of error codes of Node and its libraries. Other texts may be secrets and are not shown.
 */
const CLASS_NAME = /^[A-Z][A-Za-z]{1,39}$/;
const CODE = /^(?:E[A-Z]{2,20}|[A-Z]{2,10}(?:_[A-Z]{1,20}){1,6})$/;

function codeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && CODE.test(code) ? code : undefined;
}

/** Describes a thrown value without its message: `fetch`, for example, quotes the password of a URL. */
function described(error: unknown): string {
  if (!(error instanceof Error)) return error === null ? 'null' : `a value of type ${typeof error}`;
  const code = codeOf(error) ?? codeOf(error.cause);
  const name = CLASS_NAME.test(error.name) ? error.name : 'Error';
  return `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}${code === undefined ? '' : ` (${code})`}`;
}

/**
 * Turns any error into a failure that has a retry rule. The message of a failure of this package, or of another copy of
 * it, is kept without the secrets of URLs. The message of any other error is not kept, because states, logs and
 * `/health` would show it.
 *
 * @param thrower - the code that threw it, for the message, e.g. "the endpoint provider"
 */
export function toFailure(error: unknown, thrower: string): ConnectionFailure {
  if (error instanceof ConnectionFailure && error.message === withoutUrlSecrets(error.message)) return error;
  const kind = error instanceof Error && 'kind' in error ? String(error.kind) : '';
  if (error instanceof Error && Object.hasOwn(kinds, kind) && codeOf(error) === `RXQ_${kind.toUpperCase()}`) {
    return new ConnectionFailure(kind as FailureKind, error.message, { ...(error as FailureDetails), cause: error });
  }
  const what = described(error);
  return new ConnectionFailure(
    'venue',
    `${thrower} threw ${what}; its own message is in \`cause\`, since it may hold a secret`,
    {
      cause: error,
    },
  );
}
