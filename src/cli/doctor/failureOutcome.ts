import type { ConnectionFailure } from '../../model/errors.js';
import { connectionCode, connectionFixes } from '../../playbook/causes/connection.js';
import { anchorOf } from '../../playbook/findings.js';
import { causes } from '../../playbook/registry.js';
import { inWords } from '../../playbook/words.js';
import type { Outcome } from './step.js';

/** The code of a cause in the playbook, its page, and a remedy: the given one, or the first of the playbook's own. */
export function caused(code: string, fix?: string): Pick<Outcome, 'code' | 'fix' | 'doc'> {
  const own = causes.find((cause) => cause.code === code)?.fixes[0];
  const remedy = fix ?? (own === undefined ? undefined : inWords(own, 'cli'));
  return { code, ...(remedy === undefined ? {} : { fix: remedy }), doc: `docs/playbook.md#${anchorOf(code)}` };
}

/** The message of a failure without its address and its remedy, which stand in fields of their own. */
function predicateOf({ message, connackCode, httpStatus }: ConnectionFailure, address: string): string {
  const text = message.startsWith(address) ? message.slice(address.length).trim() : message;
  const [says = text] = text.split(': ');
  const status =
    connackCode !== undefined ? `CONNACK ${connackCode}` : httpStatus !== undefined ? `HTTP ${httpStatus}` : '';
  return status === '' || says.includes(status) ? says : `${says} (${status})`;
}

/** A failed outcome for a failure of the connection to an address. */
export function failureOutcome(failure: ConnectionFailure, address: string): Outcome {
  const { kind, subcause, connackCode, httpStatus, retryAfter } = failure;
  const [fix = ''] = connectionFixes(failure);
  return {
    status: 'failed',
    about: address,
    text: predicateOf(failure, address),
    evidence: {
      kind,
      ...(subcause === undefined ? {} : { subcause }),
      ...(connackCode === undefined ? {} : { connackCode }),
      ...(httpStatus === undefined ? {} : { httpStatus }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    },
    ...caused(connectionCode(failure), inWords(fix, 'cli')),
  };
}
