import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { interfaceFields, plainValue } from '../support/interfaceFields.js';
import { tableUnder } from '../support/markdownTable.js';

const page = readFileSync('docs/configuration.md', 'utf8');

/** The interfaces whose fields each table of the page lists. */
const tables: Readonly<Record<string, readonly string[]>> = {
  quoteFeed: ['QuoteFeedConfig'],
  Subscriptions: ['QuoteOptions', 'CandleOptions'],
  mqttVenue: ['MqttVenueConfig'],
  'An endpoint': ['Endpoint', 'TlsOptions'],
  settrade: ['SettradeConfig'],
  settradeCalendar: ['SettradeCalendarConfig'],
  fromMqtt: ['MqttConfig'],
  defaultTransport: ['TransportConfig'],
  Metrics: ['ServeMetricsConfig', 'PromClientSinkConfig'],
};

/** The name of a setting, without the option that it is a part of. */
const nameIn = (cell: string): string => plainValue(cell).replace(/^.*\./, '');

describe('the page of the configuration', () => {
  it.each(Object.entries(tables))('lists every setting of %s, and no other', (heading, interfaces) => {
    const listed = tableUnder(page, heading).map(([name = '']) => nameIn(name));
    const fields = new Set(interfaces.flatMap((name) => interfaceFields(name).map((field) => field.name)));
    expect(listed.toSorted()).toEqual([...fields].toSorted());
  });

  it.each(Object.entries(tables))('has the defaults of %s that the doc comments give', (heading, interfaces) => {
    const defaults = new Map(tableUnder(page, heading).map(([name = '', value = '']) => [nameIn(name), value]));
    for (const { name, defaultValue } of interfaces.flatMap(interfaceFields)) {
      if (defaultValue !== undefined)
        expect([name, plainValue(defaults.get(name) ?? '')]).toEqual([name, defaultValue]);
    }
  });

  it('says of every setting when to change it and what this costs', () => {
    const rows = Object.keys(tables).flatMap((heading) => tableUnder(page, heading));
    expect(rows.length).toBeGreaterThan(60);
    expect(rows.filter((cells) => cells.length !== 5 || cells.includes(''))).toEqual([]);
  });
});
