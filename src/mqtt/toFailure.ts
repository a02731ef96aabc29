import { ConnectionFailure, VenueFailure } from '../errors.js';
import { retryRules } from './retryRules.js';

/** Any error as a failure the link has a rule for. A failure of another copy of this package counts as one. */
export function toFailure(error: unknown): ConnectionFailure {
  if (error instanceof ConnectionFailure) return error;
  if (error instanceof Error && 'kind' in error && Object.hasOwn(retryRules, String(error.kind)))
    return error as ConnectionFailure;
  const message = error instanceof Error ? error.message : String(error);
  return new VenueFailure(message, { cause: error });
}
