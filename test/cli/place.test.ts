import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstValueFrom, from } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import type { BrokerPlace } from '../../src/cli/options/placeOptions.js';
import { openPlace, type OpenPlace } from '../../src/cli/place/openPlace.js';
import { systemClock } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'rx-quotes-place-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const open = (place: Omit<BrokerPlace, 'kind' | 'url'>, env: NodeJS.ProcessEnv = {}): Promise<OpenPlace> =>
  openPlace({ kind: 'broker', url: 'mqtts://broker.example', ...place }, ['AOT'], env, systemClock);

const topic = 'px/{symbol}/book';
const payload = new TextEncoder().encode('{"b":1.25,"a":"1.50"}');
const body = '(payload, topic, symbol) => ({ symbol, bid: payload.length, ask: topic.length })';

describe('a broker', () => {
  it('without a topic sends BidOfferV3 on the topics of Settrade', async () => {
    const { venue } = await open({});
    expect(venue.topic('quote', 'AOT')).toBe('proto/topic/bidofferv3/AOT');
  });

  it('with JSON fields sends quotes in JSON on its topic', async () => {
    const { venue } = await open({ topic, decode: { bid: 'b', ask: 'a' } });
    expect(venue.topic('quote', 'AOT')).toBe('px/AOT/book');
    const book = { symbol: 'AOT', bid: 1.25, ask: 1.5, bidVolume: NaN, askVolume: NaN };
    expect(venue.decoder('px/AOT/book')?.decode(payload, 'px/AOT/book')).toEqual(book);
  });

  it.each([
    ['default', `export default ${body};`],
    ['decode', `export const decode = ${body};`],
    ['quote of an object', `export default { quote: ${body} };`],
  ])('with a decoder exported as %s has its messages read by that', async (name, text) => {
    const { venue } = await open({ topic, decode: file(`${name.replaceAll(' ', '-')}.mjs`, text) });
    const quote = { symbol: 'AOT', bid: payload.length, ask: 'px/AOT/book'.length };
    expect(venue.decoder('px/AOT/book')?.decode(payload, 'px/AOT/book')).toEqual(quote);
  });

  it('with --ca has the certificates and the credentials in its endpoint', async () => {
    const pem = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';
    const { venue } = await open({ ca: file('ca.pem', pem) }, { MQTT_USERNAME: 'desk' });
    const attempt = { number: 0, renew: false, wasLive: false };
    const endpoint = await firstValueFrom(from(venue.endpoints(attempt)));
    expect(endpoint).toEqual({ url: 'mqtts://broker.example', username: 'desk', tls: { ca: pem } });
  });
});

describe('a decoder or a CA file that can not be used is refused with its path and the reason', () => {
  it.each([
    ['none.mjs', undefined, 'there is no such file'],
    ['broken.mjs', 'export default (', "it can't be imported: "],
    ['throws.mjs', 'throw new Error("at mqtt://u:hunter2@h")', "it can't be imported: Error: at mqtt://[hidden]@h"],
    ['imports.mjs', 'import "./none.js"', "it can't be imported: Error"],
    ['empty.mjs', '', 'it exports no decoder: write a module with export default function decode'],
    ['other.mjs', 'export default { info: () => ({}) }; export const decode = 3;', 'it exports no decoder'],
  ])('%s', async (name, text, reason) => {
    const path = text === undefined ? join(folder, name) : file(name, text);
    await expect(open({ topic, decode: path })).rejects.toThrow(`--decoder is ${JSON.stringify(path)}: ${reason}`);
  });

  it.each([
    ['none.pem', undefined, "it can't be read (ENOENT): pass the path of a PEM file"],
    ['key.pem', '-----BEGIN PRIVATE KEY-----\nhunter2\n', 'it has no certificate in PEM form'],
  ])('%s', async (name, text, reason) => {
    const path = text === undefined ? join(folder, name) : file(name, text);
    const refused = expect(open({ ca: path })).rejects;
    await refused.toThrow(`--ca is ${JSON.stringify(path)}: ${reason}`);
    await refused.not.toThrow('hunter2');
  });
});
