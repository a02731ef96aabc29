import { describe, expect, it } from 'vitest';
import { parseDoctor } from '../../src/cli/options/doctor.js';
import { parseStatus } from '../../src/cli/options/status.js';
import { parseWatch } from '../../src/cli/options/watch.js';
import { demoSymbols } from '../../src/cli/options/demo.js';

const url = 'mqtts://broker.example';
const broker = { kind: 'broker', url };
const topic = 'px/{symbol}/book';
const own = ['btcusdt', '--url', url, '--topic', topic];

describe('the place of watch and doctor', () => {
  it.each([
    [['aot', '--settrade'], ['AOT'], { kind: 'settrade' }],
    [['aot', 'AOT', '--url', url], ['AOT'], broker],
    [own, ['btcusdt'], { ...broker, topic }],
    [
      [...own, '--decoder', './decoder.mjs', '--ca', 'ca.pem'],
      ['btcusdt'],
      { ...broker, topic, decode: './decoder.mjs', ca: 'ca.pem' },
    ],
    [[...own, '--json-fields', 'bid=b,ask=a'], ['btcusdt'], { ...broker, topic, decode: { bid: 'b', ask: 'a' } }],
    [
      [...own, '--json-fields', ' symbol = s=s ,bid=b,ask=a,bidVolume=bv,askVolume=av'],
      ['btcusdt'],
      { ...broker, topic, decode: { symbol: 's=s', bid: 'b', ask: 'a', bidVolume: 'bv', askVolume: 'av' } },
    ],
  ])('%j gives the symbols %j and the place %j', (args, symbols, place) => {
    expect(parseWatch(args)).toEqual({ name: 'watch', symbols, place, seconds: Infinity, json: false });
    expect(parseDoctor(args)).toMatchObject({ symbols, place });
  });

  it.each([
    [['--topic', 'px/AOT/book'], '--topic is "[hidden]": pass a topic with {symbol} as one whole level'],
    [['--topic', ''], '--topic is "": pass a topic with {symbol}'],
    [['--topic', 'px-{symbol}/book'], '--topic is "px-{symbol}/book": pass a topic with {symbol} as one whole level'],
    [['--topic', '{symbol}/{symbol}'], '--topic is "{symbol}/{symbol}": pass a topic'],
    [['--topic', '{symbol}/{interval}'], '--topic is "{symbol}/{interval}": pass a topic'],
    [['--topic', '+/{symbol}'], '--topic is "+/{symbol}": pass a topic'],
    [['--topic', '{symbol}/#'], '--topic is "{symbol}/#": pass a topic'],
    [['--topic', '$share/g/{symbol}'], '--topic is "$share/g/{symbol}": each process of a shared subscription'],
    [['--decoder', 'd.mjs'], '--topic is undefined: pass the topic of a symbol'],
    [['--json-fields', 'bid=b,ask=a'], '--topic is undefined: pass the topic of a symbol'],
    [['--topic', topic, '--decoder', ''], '--decoder is "": pass the path of a module, e.g. decoder.mjs'],
    [['--topic', topic, '--decoder', 'quote.proto'], '--decoder is "quote.proto": pass the path of a module'],
    [
      ['--topic', topic, '--decoder', 'd.mjs', '--json-fields', 'bid=b,ask=a'],
      '--json-fields is "[hidden]": leave it out, or --decoder',
    ],
    [['--topic', topic, '--json-fields', ''], '--json-fields is "[hidden]": pass the names of the fields'],
    [['--topic', topic, '--json-fields', 'bid=b'], '--json-fields ask is undefined: pass the names of the fields'],
    [['--topic', topic, '--json-fields', 'ask=a'], '--json-fields bid is undefined: pass the names of the fields'],
    [['--topic', topic, '--json-fields', 'bid,ask=a'], '--json-fields bid is "": pass the names of the fields'],
    [['--topic', topic, '--json-fields', 'bid=b,ask='], '--json-fields ask is "": pass the names of the fields'],
    [['--topic', topic, '--json-fields', 'bid=b,bid=c,ask=a'], '--json-fields bid is "[hidden]": pass bid once'],
    [
      ['--topic', topic, '--json-fields', 'bid=b,ask=a,volume=v'],
      '--json-fields is "volume": pass the names of the fields in the messages, e.g. bid=b,ask=a,bidVolume=bv,askVolume=av; the names on the left are bid, ask, bidVolume, askVolume, symbol',
    ],
    [['--ca', ''], '--ca is "": pass the path of a PEM file'],
  ])('%j is refused with the name of the option, its value and the remedy', (args, message) => {
    for (const parse of [parseWatch, parseDoctor]) {
      expect(() => parse(['AOT', '--url', url, ...args])).toThrow(message);
    }
  });

  it.each([
    ['mqtt', 'mqtts'],
    ['ws', 'wss'],
    ['WS', 'wss'],
  ])('--ca for %s is refused, and the error names %s', (scheme, secure) => {
    const args = ['AOT', '--url', `${scheme}://broker.example`, '--ca', 'ca.pem'];
    expect(() => parseWatch(args)).toThrow(
      `--ca is "ca.pem": leave it out: --url is not encrypted; or use ${secure} there`,
    );
  });

  it.each([
    ['url', url],
    ['topic', topic],
    ['decoder', 'd.mjs'],
    ['json-fields', 'bid=b,ask=a'],
    ['ca', 'ca.pem'],
  ])('--%s beside --settrade is refused', (option, value) => {
    expect(() => parseWatch(['AOT', '--settrade', `--${option}`, value])).toThrow(
      new RegExp(`^--${option} is "\\[hidden\\]": leave it out`),
    );
  });
});

describe('the options of doctor', () => {
  const usual = { name: 'doctor', symbols: [], connect: false, json: false, watch: false };

  it.each([
    [['--settrade'], { ...usual, place: { kind: 'settrade' } }],
    [['--demo'], { ...usual, place: { kind: 'demo' }, symbols: demoSymbols }],
    [['--demo', 'ptt'], { ...usual, place: { kind: 'demo' }, symbols: ['PTT'] }],
    [
      ['--url', url, '--connect', '--json', '--watch', '--docs-base', 'https://docs.example/rx/'],
      { ...usual, place: broker, connect: true, json: true, watch: true, docsBase: 'https://docs.example/rx' },
    ],
  ])('%j are read as %j', (args, expected) => {
    expect(parseDoctor(args)).toEqual(expected);
  });

  it.each([
    [[], '--url is undefined: pass scheme://host'],
    [[], 'or pass --settrade or --demo'],
    [['--demo', '--settrade'], '--demo is true: leave it out, or --settrade'],
    [['--demo', '--url', url], '--url is "[hidden]": leave it out: --demo brings its own broker'],
    [['--demo', '--topic', topic], '--topic is "[hidden]": leave it out, or pass --url in place of --demo'],
    [['--demo', 'A/B'], 'SYMBOL[0] is "A/B"'],
    [['--demo', '--seconds', '3'], '--seconds is "[hidden]": there is no such option'],
    [['--demo', '--docs-base', 'docs'], '--docs-base is "[hidden]": pass the address of the folder with the pages'],
    [['--demo', '--docs-base', 'ftp://docs.example'], '--docs-base is "ftp://docs.example": pass the address'],
  ])('%j are refused with %j', (args, message) => {
    expect(() => parseDoctor(args)).toThrow(message);
  });
});

describe('the options of status', () => {
  const at = 'http://127.0.0.1:8000';
  const usual = { name: 'status', url: at, json: false, watch: false };

  it.each([
    [[at], usual],
    [[`${at}/`], usual],
    [['https://host.example/feed/'], { ...usual, url: 'https://host.example/feed' }],
    [
      [at, '--symbol', ' s & j ', '--json', '--watch', '--docs-base', 'https://docs.example'],
      { ...usual, symbol: 's & j', json: true, watch: true, docsBase: 'https://docs.example' },
    ],
  ])('%j are read as %j', (args, expected) => {
    expect(parseStatus(args)).toEqual(expected);
  });

  it.each([
    [[], 'URL is undefined: pass the address of the metrics server'],
    [[at, 'AOT'], 'URL is "[hidden]": pass one address; a symbol is passed as --symbol'],
    [['127.0.0.1:8000'], 'URL is "[hidden]": pass the address'],
    [['mqtt://broker.example'], 'URL is "mqtt://broker.example": pass the address'],
    [['http://desk:hunter2@host.example'], 'URL is "http://host.example": pass the address'],
    [['http://host.example/?token=hunter2'], 'URL is "http://host.example": pass the address'],
    [['http://host.example/#hunter2'], 'URL is "http://host.example": pass the address'],
    [[at, '--symbol', '#'], '--symbol is "#": pass 1 to 64 bytes'],
    [[at, '--symbol', 'mqtt://u:hunter2@h'], '--symbol is "[hidden]": name a symbol'],
    [[at, '--settrade'], '--settrade is "[hidden]": there is no such option'],
  ])('%j are refused with %j', (args, message) => {
    expect(() => parseStatus(args)).toThrow(message);
  });
});
