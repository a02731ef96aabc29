import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tableUnder } from '../support/markdownTable.js';
import { type TypeField, typeFields } from '../support/typeFields.js';

const page = readFileSync('docs/events.md', 'utf8');

const types = typeFields(
  `import type { Observable } from 'rxjs';
  import type { QuoteFeed } from './src/index.js';
  type Of<O> = O extends Observable<infer T> ? T : never;
  type Update = Of<ReturnType<QuoteFeed['updates']>>;
  export type Quotes = Of<ReturnType<QuoteFeed['quotes']>>;
  export type Infos = Of<ReturnType<QuoteFeed['priceInfos']>>;
  export type Candles = Of<ReturnType<QuoteFeed['candles']>>;
  export type Markets = Of<ReturnType<QuoteFeed['markets']>>;
  export type Gaps = Extract<Update, { readonly kind: 'gap' }>;
  export type Statuses = Extract<Update, { readonly kind: 'status' }>;
  export type States = Of<QuoteFeed['state$']>;
  export type Ledger = Extract<States, { readonly status: 'live' }>['ledger'];
  export type Entries = ReturnType<QuoteFeed['journal']>['entries'][number];`,
  ['status', 'type'],
);
const names = (fields: readonly TypeField[] = []): readonly string[] => fields.map(({ name }) => name).toSorted();
const namesByMember = (type: string): ReadonlyMap<string, readonly string[]> =>
  new Map([...(types.get(type) ?? [])].map(([member, fields]) => [member, names(fields)]));
const [states, entries] = [namesByMember('States'), namesByMember('Entries')];

/** The names in backticks in a cell. */
const namesIn = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
const listed = (heading: string): readonly string[] => tableUnder(page, heading).flatMap(([cell]) => namesIn(cell));

/** The fields that a table with a column of members gives to each: a row of `all` to every one. */
function byMember(heading: string, members: Iterable<string>): ReadonlyMap<string, readonly string[]> {
  const rows = tableUnder(page, heading);
  return new Map(
    [...members].map((member) => [
      member,
      rows.filter(([, of = '']) => of === 'all' || namesIn(of).includes(member)).flatMap(([cell]) => namesIn(cell)),
    ]),
  );
}

const sorted = (fields: ReadonlyMap<string, readonly string[]>): object =>
  Object.fromEntries([...fields].map(([member, some]) => [member, some.toSorted()]));

describe('the page of the events', () => {
  const tags = listed('Tags');

  it.each([
    ['Quotes', 'Quotes'],
    ['Price infos', 'Infos'],
    ['Candles', 'Candles'],
    ['Market statuses', 'Markets'],
  ])('lists every field under %s and the tags, and no other', (heading, type) => {
    const own = listed(heading);
    expect(own.filter((name) => tags.includes(name))).toEqual([]);
    expect([...own, ...tags].toSorted()).toEqual(names(types.get(type)?.get('only')));
  });

  it.each([
    ['Gaps', 'Gaps'],
    ['Symbols without a quote', 'Statuses'],
  ])('lists every field under %s, and no other', (heading, type) => {
    expect(listed(heading).toSorted()).toEqual(names(types.get(type)?.get('only')));
  });

  it('lists the fields of each state of the connection', () => {
    expect(states.size).toBe(7);
    expect(sorted(byMember('States of the connection', states.keys()))).toEqual(sorted(states));
  });

  it('names every field of the ledger of topics', () => {
    const [row] = tableUnder(page, 'States of the connection').filter(([cell]) => cell === '`ledger`');
    expect(namesIn(row?.[2])).toEqual(expect.arrayContaining([...names(types.get('Ledger')?.get('only'))]));
  });

  it('lists the fields of each entry of the journal', () => {
    expect(entries.size).toBe(4);
    expect(sorted(byMember('Entries of the journal', entries.keys()))).toEqual(sorted(entries));
  });
});
