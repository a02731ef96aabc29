import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { outOfRange, wrongType } from '../../operators/support/argument.js';
import { QueueOverflowError } from '../../operators/queueOverflowError.js';
import { ConnectionFailure, DecodeError, ListenError } from '../../src/model/errors.js';
import { RelayReplaced } from '../../src/relay/index.js';
import { retryRules } from '../../src/mqtt/retry/retryRules.js';
import { classifyFailure, ConnectRefused, UpgradeRefused } from '../../src/mqtt/transport/classifyFailure.js';
import { statusFailure } from '../../src/settrade/signIn/restFailure.js';
import { parseEndpoint } from '../../src/mqtt/transport/endpointUrl.js';
import { defaultTransport } from '../../src/mqtt/transport/node/nodeTransport.js';
import { systemClock } from '../../src/model/systemClock.js';
import { tableUnder } from '../support/markdownTable.js';

const page = readFileSync('docs/errors.md', 'utf8');
const rows = tableUnder(page, 'Every error');

type AnyError = Error & { readonly code: string; readonly kind?: string; readonly retryable?: boolean };

/** One error of each code. */
const all: readonly AnyError[] = [
  ...Object.keys(retryRules).map((kind) => new ConnectionFailure(kind as ConnectionFailure['kind'], 'why')),
  new DecodeError('schema', 'why'),
  new ListenError('why'),
  new QueueOverflowError(1),
  new RelayReplaced('why'),
];

function row(error: AnyError): readonly string[] {
  const { name, code, kind, retryable } = error;
  return [`\`${name}\``, `\`${code}\``, kind === undefined ? '–' : `\`${kind}\``, retryable === true ? 'yes' : 'no'];
}

const target = parseEndpoint({ url: 'ws://broker.example/mqtt' });

const kindOf = (error: Error): string => classifyFailure(error, target, 'socket', true, 0).kind;

/** The numbers that a row gives after a word, e.g. of `HTTP 401 or 407`. */
function numbersAfter(word: string, [, , , , when = '']: readonly string[]): readonly number[] {
  const [, list = ''] = new RegExp(`${word} ([\\dx]+(?: or \\d+)*)`).exec(when) ?? [];
  return list
    .split(' or ')
    .filter(Boolean)
    .map((number) => Number(number.replaceAll('x', '0')));
}

describe('the table of errors', () => {
  it('has every error, with its class, code, kind and whether it can be tried again', () => {
    const byCode = (one: readonly string[], other: readonly string[]): number =>
      String(one[1]) < String(other[1]) ? -1 : 1;
    const written = rows.slice(0, -1).map((cells) => cells.slice(0, 4));
    expect(written.sort(byCode)).toEqual(all.map(row).sort(byCode));
  });

  it('has the code of wrong arguments, whose errors have no class of this package', () => {
    const wrong = [wrongType('a', 1, 'b'), outOfRange('a', 1, 'b')];
    expect(rows.at(-1)?.slice(0, 4)).toEqual([
      wrong.map(({ name }) => `\`${name}\``).join(', '),
      `\`${wrong[0]?.code ?? ''}\``,
      '–',
      'no',
    ]);
    expect(new Set(wrong.map(({ code }) => code)).size).toBe(1);
  });

  it('lists HTTP statuses and CONNACK codes under the right kind of failure', () => {
    const statuses = rows.flatMap((cells) => numbersAfter('HTTP', cells).map((status) => ({ status, kind: cells[2] })));
    const codes = rows.flatMap((cells) => numbersAfter('CONNACK', cells).map((code) => ({ code, kind: cells[2] })));
    expect(statuses.map(({ status }) => status).sort()).toEqual([401, 403, 407, 429, 500]);
    expect(codes.map(({ code }) => code).sort()).toEqual([1, 2, 3, 4, 5]);
    for (const { status, kind } of statuses) expect(`\`${kindOf(new UpgradeRefused(status, undefined))}\``).toBe(kind);
    for (const { code, kind } of codes) expect(`\`${kindOf(new ConnectRefused(code))}\``).toBe(kind);
  });

  it('has the text of the failure for each HTTP status of Settrade’s REST host', () => {
    const told = tableUnder(page, 'Signing in to Settrade');
    const shown = (statuses: string): ConnectionFailure => {
      const status = statuses === 'other' ? 418 : Number(statuses.replaceAll('x', '9'));
      return statusFailure('the call', new Response(null, { status }), 0, '');
    };
    expect(told.map(([statuses]) => statuses)).toEqual(expect.arrayContaining(['3xx', '401', '429', '5xx', 'other']));
    for (const [statuses = '', code = '', says = ''] of told) {
      const failure = shown(statuses);
      expect(`\`${failure.code}\``).toBe(code);
      expect(failure.message).toMatch(`the call ${says} (HTTP`);
    }
    // No status in between that the table does not know.
    const known = new Set(told.map(([statuses]) => statuses));
    for (let status = 400; status < 500; status += 1) {
      if (!known.has(String(status)))
        expect(shown(String(status)).message).toContain('what this library does not know');
    }
  });

  it('describes the error for an invalid endpoint from a provider', () => {
    const seen: unknown[] = [];
    const transport = defaultTransport({ clock: systemClock });
    transport({ url: 'http://broker.example' }).subscribe({ error: (failure: unknown) => seen.push(failure) });
    expect(page).toMatch(/`RXQ_PROTOCOL`\nwhose `cause` has the code `RXQ_ARGUMENT`/);
    expect(seen).toMatchObject([{ code: 'RXQ_PROTOCOL', cause: { code: 'RXQ_ARGUMENT' } }]);
  });

  it('gives the cause and the remedy of each error', () => {
    expect(rows.filter((cells) => cells.length !== 6 || cells.includes(''))).toEqual([]);
  });
});
