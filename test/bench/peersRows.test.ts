import { describe, expect, it } from 'vitest';
import { peersOptions } from '../../bench/peers/peersOptions.js';
import { rowsOf } from '../../bench/peers/rows.js';

const names = (choice: Parameters<typeof rowsOf>[0]): string[] => rowsOf(choice).map(({ name }) => name);
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
      ...['burst tcp 1', 'burst tcp 10000', 'burst wss 500', 'tls-record wss 500', 'mosquitto tcp 500'],
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

  it('have with --before the older build of each feed right before the present one, and nothing else', () => {
    const both = names({ quick: false, before: true });
    expect(both.filter((name) => !name.includes('before:'))).toEqual(all);
    const ours = all.filter((name) => name.includes('rx-quotes'));
    expect(both.filter((name) => name.includes('before:')).map((name) => name.replace('before:', ''))).toEqual(ours);
    for (const name of ours) {
      expect(both[both.indexOf(name) - 1]).toBe(name.replace('rx-quotes', 'before:rx-quotes'));
    }
  });

  it('of which no name matches --only are an error that lists all names', () => {
    expect(() => rowsOf({ quick: false, before: false, only: /no-such-row/ })).toThrow(
      /--only is \/no-such-row\/.*\nburst tcp 500 frame-scan\n/s,
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
