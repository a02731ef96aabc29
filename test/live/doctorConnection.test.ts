import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../contract/silentServer.js';
import { alwaysOpen } from '../../src/index.js';
import { type AedesBroker, startAedes } from '../support/aedesBroker.js';
import { exam, ofStep } from './doctorExam.js';
import { skippingClock } from './skippingClock.js';

/** The first byte of CONNECT (OASIS MQTT 3.1.1, 3.1); the questions about a port begin otherwise. */
const CONNECT = 0x10;

let broker: AedesBroker;
let sending: ReturnType<typeof setInterval>;
let messages: Readonly<Record<string, string>> = {};
beforeAll(async () => {
  broker = await startAedes({
    authenticate: (_user, password) => password === undefined || password === 'right',
    refuse: (topic) => topic.includes('SECRET'),
  });
  sending = setInterval(() => {
    for (const [topic, text] of Object.entries(messages)) void broker.publish(topic, Buffer.from(text));
  }, 30);
});
afterEach(() => {
  messages = {};
});
afterAll(async () => {
  clearInterval(sending);
  await broker.stop();
});

const good = '{"b":10,"a":11}';

it('a broker that is well passes every step after CONNECT, with its symbols', async () => {
  messages = { 'px/AOT/book': good, 'px/PTT/book': good };
  const results = await exam({ url: broker.tcpUrl }, { symbols: ['AOT', 'PTT'], venue: { calendar: alwaysOpen } });
  // That a timer is late on a busy machine is nothing this test is about.
  const others = results.filter(({ step }) => step !== 'clock' && step !== 'event-loop');
  expect(others.filter(({ status }) => status !== 'ok')).toEqual([]);
  for (const step of ['suback', 'first-message', 'market'] as const) {
    expect(ofStep(results, step).map(({ about }) => about)).toEqual(['AOT', 'PTT']);
  }
  expect(ofStep(results, 'decode')[0]?.text).toMatch(/^\d+ messages? came, and all could be read$/);
  expect(ofStep(results, 'room')[0]).toMatchObject({ evidence: { rate: expect.any(Number) as number } });
  expect(ofStep(results, 'ping')).toMatchObject([{ about: broker.tcpUrl, text: 'answers a ping' }]);
});

it('over a WebSocket the upgrade is a step of its own', async () => {
  messages = { 'px/AOT/book': good };
  const results = await exam({ url: broker.wsUrl });
  expect(ofStep(results, 'upgrade')).toMatchObject([{ status: 'ok', about: broker.wsUrl }]);
  expect(ofStep(results, 'connack')).toMatchObject([{ status: 'ok' }]);
});

describe('a connection that is not made', () => {
  it('for a wrong password is RXP_CREDENTIALS, tried once, and explains the steps after it', async () => {
    const results = await exam({ url: broker.tcpUrl, username: 'desk', password: 'hunter2-hunter2' });
    expect(ofStep(results, 'connack')).toMatchObject([
      {
        status: 'failed',
        code: 'RXP_CREDENTIALS',
        evidence: { connackCode: 5 },
        text: expect.stringContaining('CONNACK 5') as string,
      },
    ]);
    expect(ofStep(results, 'suback')).toMatchObject([{ status: 'skipped', text: 'not tried, since CONNACK failed' }]);
    // The playbook finds the same cause in the feed itself.
    expect(ofStep(results, 'findings')).toMatchObject([{ status: 'ok', evidence: { codes: 'RXP_CREDENTIALS' } }]);
    expect(JSON.stringify(results)).not.toContain('hunter2');
  });

  it('for no password says that no credentials were sent, and which variables to set', async () => {
    const strict = await startAedes({ authenticate: (_user, password) => password !== undefined });
    const results = await exam({ url: strict.tcpUrl });
    await strict.stop();
    expect(ofStep(results, 'credentials')[0]?.text).toContain('none are sent');
    expect(ofStep(results, 'connack')).toMatchObject([
      {
        code: 'RXP_NO_CREDENTIALS',
        text: expect.stringContaining('none were sent') as string,
        fix: expect.stringMatching(/API_TOKEN.*/) as string,
      },
    ]);
  });

  it('to a server that never answers is RXP_NO_CONNACK', async () => {
    const clock = skippingClock();
    const silent = await startServer(createServer(), (socket) => {
      socket.on('data', (bytes: Buffer) => {
        if (bytes[0] === CONNECT) clock.skip(10_000);
      });
    });
    const results = await exam({ url: `mqtt://127.0.0.1:${String(silent.port)}` }, { clock });
    await silent.stop();
    expect(ofStep(results, 'connack')).toMatchObject([{ status: 'failed', code: 'RXP_NO_CONNACK' }]);
  });

  it('is attempted once, whatever the reason', async () => {
    let connects = 0;
    const server = await startServer(createServer(), (socket) => {
      socket.on('data', (bytes: Buffer) => {
        if (bytes[0] === CONNECT) connects += 1;
        socket.end(Uint8Array.of(0x20, 2, 0, 3));
      });
    });
    const results = await exam({ url: `mqtt://127.0.0.1:${String(server.port)}` });
    await server.stop();
    expect(ofStep(results, 'connack')).toMatchObject([{ status: 'failed', code: 'RXP_UNAVAILABLE' }]);
    expect(connects).toBe(1);
  });
});

describe('symbols', () => {
  it('that the broker refuses are named, and the others go on', async () => {
    messages = { 'px/AOT/book': good };
    const results = await exam({ url: broker.tcpUrl }, { symbols: ['AOT', 'SECRET'] });
    expect(ofStep(results, 'suback')).toMatchObject([
      { about: 'AOT', status: 'ok' },
      { about: 'SECRET', status: 'failed', code: 'RXP_TOPICS_REFUSED' },
    ]);
    expect(ofStep(results, 'first-message')).toMatchObject([{ about: 'AOT', status: 'ok' }]);
  });

  it.each([
    ['in another case', 'aot', 'RXP_SYMBOL_SPELLING', 'did you mean AOT?'],
    ['with a typing error', 'AOX', 'RXP_SYMBOLS_AWAITING', 'did you mean AOT?'],
    ['that are not known', 'ZZZZZ', 'RXP_SYMBOLS_AWAITING', 'the broker sends 1 other symbol, e.g. AOT'],
  ])('%s that send nothing have a hint', async (_, symbol, code, fix) => {
    messages = { 'px/AOT/book': good };
    const results = await exam({ url: broker.tcpUrl }, { symbols: ['AOT', symbol] });
    expect(ofStep(results, 'first-message')).toMatchObject([
      { about: 'AOT', status: 'ok' },
      { about: symbol, status: 'failed', code, fix: expect.stringContaining(fix) as string },
    ]);
  });

  it('that are sent on topics of another form have that form as hint', async () => {
    messages = { 'md/set/AOT': good };
    const results = await exam({ url: broker.tcpUrl });
    expect(ofStep(results, 'first-message')).toMatchObject([
      { status: 'failed', code: 'RXP_NO_EVENTS', fix: expect.stringContaining("--topic 'md/set/{symbol}'") as string },
    ]);
    // The messages of the look around are none of the feed's.
    expect(ofStep(results, 'decode')).toMatchObject([{ status: 'skipped', text: 'no message came' }]);
  });

  it('of a broker that sends nothing at all are a warning while the market is unknown, and a failure while it is open', async () => {
    const unknown = await exam({ url: broker.tcpUrl });
    expect(ofStep(unknown, 'first-message')).toMatchObject([{ status: 'warning', code: 'RXP_NO_EVENTS' }]);
    const open = await exam({ url: broker.tcpUrl }, { venue: { calendar: alwaysOpen } });
    expect(ofStep(open, 'first-message')).toMatchObject([{ status: 'failed', code: 'RXP_NO_EVENTS' }]);
  });

  it('of a closed market are well without a message', async () => {
    const results = await exam({ url: broker.tcpUrl }, { venue: { calendar: { at: () => ({ market: 'closed' }) } } });
    expect(ofStep(results, 'first-message')).toMatchObject([
      { status: 'ok', text: expect.stringContaining('its market is closed') as string },
    ]);
    expect(ofStep(results, 'market')).toMatchObject([{ status: 'ok', evidence: { market: 'closed' } }]);
  });

  it('of a venue whose topics are its own are not looked for elsewhere', async () => {
    messages = { 'px/AOT/book': good };
    const notices = { topics: ['sys/notices'], decode: () => [] };
    const results = await exam({ url: broker.tcpUrl }, { symbols: ['aot'], venue: { notices } });
    expect(ofStep(results, 'first-message')).toMatchObject([
      { status: 'warning', fix: expect.not.stringContaining('did you mean') as string },
    ]);
  });
});

describe('messages', () => {
  it('that the decoder refuses are RXP_REJECTS, with an example and its first bytes', async () => {
    messages = { 'px/AOT/book': '{"b":' };
    const results = await exam({ url: broker.tcpUrl });
    expect(ofStep(results, 'decode')).toMatchObject([
      {
        status: 'failed',
        code: 'RXP_REJECTS',
        evidence: { topic: 'px/AOT/book', bytes: '7b 22 62 22 3a' },
        fix: expect.stringContaining('--json-fields') as string,
      },
    ]);
  });

  it('without any price are a warning', async () => {
    messages = { 'px/AOT/book': '{"bid":1,"ask":2}' };
    const results = await exam({ url: broker.tcpUrl });
    expect(ofStep(results, 'decode')).toMatchObject([
      { status: 'warning', evidence: { missing: 'bid, ask' }, fix: expect.stringContaining('--json-fields') as string },
    ]);
  });

  it('of a broker whose hours nothing tells leave the market open to question, which is no warning', async () => {
    messages = { 'px/AOT/book': good };
    expect(ofStep(await exam({ url: broker.tcpUrl }), 'market')).toMatchObject([
      { status: 'skipped', text: expect.stringContaining('calendar') as string },
    ]);
  });
});
