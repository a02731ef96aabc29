import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { tableUnder } from '../support/markdownTable.js';
import { plainValue, type TypeField, typeFields } from '../support/typeFields.js';

const page = readFileSync('docs/configuration.md', 'utf8');

const types = typeFields(`
  import type { fromMqtt, defaultTransport, mqttVenue, QuoteFeed, quoteFeed } from './src/index.js';
  import type { promClientSink, serveMetrics } from './src/metrics/index.js';
  import type { settrade, settradeCalendar } from './src/settrade/index.js';
  type Config<F extends (config: never) => unknown> = NonNullable<Parameters<F>[0]>;
  type Endpoint = Extract<Config<typeof mqttVenue>['endpoint'], { readonly url: string }>;
  export type Feed = Config<typeof quoteFeed>;
  export type Subscribing = NonNullable<Parameters<QuoteFeed['quotes']>[1]> & Parameters<QuoteFeed['candles']>[1];
  export type Venue = Config<typeof mqttVenue>;
  export type EndpointWithTls = Endpoint & NonNullable<Endpoint['tls']>;
  export type Settrade = Config<typeof settrade>;
  export type SettradeCalendar = Config<typeof settradeCalendar>;
  export type Mqtt = Config<typeof fromMqtt>;
  export type Transport = Config<typeof defaultTransport>;
  export type Metrics = Config<typeof serveMetrics> & Config<typeof promClientSink>;
`);
const tables: readonly (readonly [heading: string, type: string])[] = [
  ['quoteFeed', 'Feed'],
  ['Subscriptions', 'Subscribing'],
  ['mqttVenue', 'Venue'],
  ['An endpoint', 'EndpointWithTls'],
  ['settrade', 'Settrade'],
  ['settradeCalendar', 'SettradeCalendar'],
  ['fromMqtt', 'Mqtt'],
  ['defaultTransport', 'Transport'],
  ['Metrics', 'Metrics'],
];
const fieldsOf = (type: string): readonly TypeField[] => types.get(type)?.get('only') ?? [];

/** The name of a setting, without the option that it is a part of. */
const nameIn = (cell: string): string => plainValue(cell).replace(/^.*\./, '');

describe('the page of the configuration', () => {
  it.each(tables)('lists every setting of %s, and no other', (heading, type) => {
    const listed = tableUnder(page, heading).map(([name = '']) => nameIn(name));
    expect(listed.toSorted()).toEqual(
      fieldsOf(type)
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it.each(tables)('has the defaults of %s that the doc comments give', (heading, type) => {
    const defaults = new Map(tableUnder(page, heading).map(([name = '', value = '']) => [nameIn(name), value]));
    for (const { name, defaultValue } of fieldsOf(type)) {
      if (defaultValue !== undefined)
        expect([name, plainValue(defaults.get(name) ?? '')]).toEqual([name, defaultValue]);
    }
  });

  it('says of every setting when to change it and what this costs', () => {
    const rows = tables.flatMap(([heading]) => tableUnder(page, heading));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
  });
});
