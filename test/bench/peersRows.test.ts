import { describe, expect, it } from 'vitest';
import { peersOptions } from '../../bench/peers/peersOptions.js';
import { boundRows } from '../../bench/peers/bounds.js';
import { chosenRows } from '../../bench/peers/rows.js';

type Choice = Parameters<typeof chosenRows>[0];
const names = (choice: Choice): string[] => chosenRows(choice).rows.map(({ name }) => name);
const costNames = (choice: Choice): string[] => chosenRows(choice).costs.map(({ name }) => name);
const all = names({ quick: false, before: false });

describe('rows of the comparison with peers', () => {
  it('have different names', () => {
    expect(new Set(all).size).toBe(all.length);
  });

  it('have every receiver in the two scenarios that the plot shows in full', () => {
    const receivers = ['frame-scan', 'mqttjs', 'mqttjs-protobufjs', 'hand-written', 'ngx-mqtt', 'rx-quotes'];
    for (const scenario of ['burst tcp 500', 'paced-50000 tcp 500']) {
      expect(all).toEqual(expect.arrayContaining(receivers.map((receiver) => `${scenario} ${receiver}`)));
    }
  });

  it('have each rate, each transport and each number of topics with rx-quotes and with MQTT.js', () => {
    const scenarios = [
      ...['burst tcp 100', 'burst tcp 10000', 'burst wss 500', 'tls-record wss 500', 'mosquitto tcp 500'],
      ...['paced-1000 tcp 500', 'paced-10000 tcp 500', 'paced-100000 tcp 500', 'paced-50000 wss 500'],
    ];
    for (const scenario of scenarios) {
      expect(all).toEqual(expect.arrayContaining([`${scenario} mqttjs`, `${scenario} rx-quotes`]));
    }
  });

  it('are those whose names match --only', () => {
    const only = /^paced-50000 tcp.*rx-quotes$/;
    expect(names({ quick: false, before: false, only })).toEqual(['paced-50000 tcp 500 rx-quotes']);
  });

  it('are fewer with --quick, and all of them rows of the full run', () => {
    const quick = names({ quick: true, before: false });
    expect(quick.length).toBeLessThan(all.length / 2);
    expect(all).toEqual(expect.arrayContaining(quick));
  });

  it('include every row that a bound reads, with five rounds, and other rows with fewer', () => {
    const { rows } = chosenRows({ quick: false, before: true });
    expect(all).toEqual(expect.arrayContaining([...boundRows]));
    for (const { name, rounds } of rows.filter((row) => !row.before)) expect(rounds).toBe(boundRows.has(name) ? 5 : 3);
  });

  it('have with --before the older build of some feeds right before the present one, and nothing else', () => {
    const both = names({ quick: false, before: true });
    const older = both.filter((name) => name.includes('before:'));
    expect(both.filter((name) => !older.includes(name))).toEqual(all);
    const scenarios = ['burst tcp 500', 'paced-50000 tcp 500'];
    expect(older).toEqual(
      scenarios.flatMap((scenario) => [`${scenario} before:rx-quotes-stale-after`, `${scenario} before:rx-quotes`]),
    );
    for (const name of older) expect(both[both.indexOf(name) + 1]).toBe(name.replace('before:', ''));
  });

  it('come with all costs, and with --quick without the one that takes a minute', () => {
    expect(costNames({ quick: false, before: false })).toEqual(['decode', 'scrape', 'heap', 'size']);
    expect(costNames({ quick: true, before: false })).toEqual(['decode', 'scrape', 'size']);
  });

  it('are left out where --only matches rows of a cost alone', () => {
    const only = /protobufjs$/;
    const { rows, costs } = chosenRows({ quick: false, before: false, only: /^decode/ });
    expect([rows, costs.map(({ name }) => name)]).toEqual([[], ['decode']]);
    expect(costNames({ quick: false, before: false, only })).toEqual(['decode']);
  });

  it('of which no name matches --only are an error that lists all names', () => {
    expect(() => chosenRows({ quick: false, before: false, only: /no-such-row/ })).toThrow(
      /--only is \/no-such-row\/.*\nburst tcp 500 frame-scan\n.*\nheap-growth rx-quotes\n/s,
    );
  });
});

describe('options of the comparison with peers', () => {
  it('are off when left out', () => {
    expect(peersOptions([])).toEqual({ json: false, quick: false, write: false });
  });

  it('are read from the command line', () => {
    expect(peersOptions(['--json', '--quick', '--only', 'a.c', '--before', '067c2d8'])).toEqual({
      ...{ json: true, quick: true, write: false, only: /a.c/, before: '067c2d8' },
    });
  });

  it('refuse a pattern that is no regular expression', () => {
    expect(() => peersOptions(['--only', '('])).toThrow('--only is "(": pass a regular expression');
  });

  it.each([[['--write', '--quick']], [['--write', '--only', 'tcp']]])('refuse %j: a page has all rows', (args) => {
    expect(() => peersOptions(args)).toThrow('--write is given with --quick or --only');
  });
});
