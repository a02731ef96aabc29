import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { expect, test } from 'vitest';
import { tableUnder } from '../support/markdownTable.js';
import { plainValue, typeFields } from '../support/typeFields.js';

const page = readFileSync('docs/relay.md', 'utf8');
const { root } = protobuf.parse(readFileSync('src/relay/proto/relay.proto', 'utf8'));

/** The names in the first cells of a table. */
const named = (heading: string): readonly string[] =>
  tableUnder(page, heading).flatMap(([cell = '']) => cell.split(',').map((name) => plainValue(name.trim())));

test('the page of the relay lists every option of startRelay, with the default that its doc comment gives', () => {
  const types = typeFields(`
    import type { startRelay } from './src/relay/index.js';
    export type Relay = Parameters<typeof startRelay>[0];
  `);
  const fields = types.get('Relay')?.get('only') ?? [];
  expect(named('Run one').toSorted()).toEqual(fields.map(({ name }) => name).toSorted());
  const defaults = new Map(tableUnder(page, 'Run one').map(([name = '', value = '']) => [plainValue(name), value]));
  for (const { name, defaultValue } of fields) {
    if (/^[\d`]/.test(defaultValue ?? ''))
      expect([name, plainValue(defaults.get(name) ?? '')]).toEqual([name, defaultValue]);
  }
});

test.each([
  ['A quote', 'RelayedQuote'],
  ['A status', 'RelayStatus'],
])('the table under "%s" has every field of %s', (heading, message) => {
  expect(named(heading).toSorted()).toEqual(
    root
      .lookupType(message)
      .fieldsArray.map(({ name }) => name)
      .toSorted(),
  );
});
