import { createServer, type Socket } from 'node:net';
import type { Subscription } from 'rxjs';
import { afterEach, describe, expect, it } from 'vitest';
import { type ConnectionFailure, defaultTransport, systemClock } from '../../src/index.js';
import type { Connection } from '../../src/model/transport.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { publishPacket } from '../support/mqttPackets.js';
import { type LocalServer, startServer } from './silentServer.js';
import { until } from './openConnection.js';

const CONNACK = Uint8Array.of(0x20, 2, 0, 0);
const PINGRESP = Uint8Array.of(0xd0, 0);
const message = publishPacket({ topic: 'a', payload: Uint8Array.of(1), qos: 0 });

/** Lets the sockets be read and their packets be handled. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

/** A connection with the default keep-alive, on a real socket, whose timers fire when the test lets time pass. */
interface LivingConnection {
  readonly scheduler: FastScheduler;
  readonly connection: Connection;
  readonly subscription: Subscription;
  /** Records the transport's reports of the peer's signs of life, and its end. */
  readonly log: string[];
  /** The times of the PINGREQs that the peer received, in ms. */
  readonly pings: readonly number[];
  /** The peer writes bytes; they are not read yet. */
  write(bytes: Uint8Array): void;
  /** The peer writes bytes, and they are read. */
  send(bytes: Uint8Array): Promise<void>;
  /** Lets time pass, and what falls due then be done. */
  advance(ms: number): Promise<void>;
}

async function connected(): Promise<LivingConnection> {
  const scheduler = new FastScheduler();
  const log: string[] = [];
  const pings: number[] = [];
  let socket: Socket | undefined;
  let connection: Connection | undefined;
  const server: LocalServer = await startServer(createServer(), (taken) => {
    socket = taken.setNoDelay(true).once('data', () => {
      taken.write(CONNACK);
      taken.on('data', (bytes: Buffer) => {
        // Each PINGREQ has two bytes; the client sends nothing else here.
        for (let at = 0; at < bytes.length; at += 2) pings.push(scheduler.now());
      });
    });
  });
  const transport = defaultTransport({ clock: { ...systemClock, timers: scheduler } });
  const subscription = transport({ url: `mqtt://127.0.0.1:${String(server.port)}` }).subscribe({
    next: (event) => {
      if (event.type === 'open') ({ connection } = event);
      else if (event.type === 'late') log.push(`late ${String(event.by)}`);
      else if (event.type === 'responsive') log.push(event.responsive ? 'responsive' : 'unresponsive');
    },
    error: (error: unknown) => log.push((error as ConnectionFailure).kind),
    complete: () => log.push('complete'),
  });
  endings.push(() => {
    subscription.unsubscribe();
    return server.stop();
  });
  await until(() => connection !== undefined && scheduler.pending > 0, 'the keep-alive timer is armed');
  const write = (bytes: Uint8Array): void => void socket?.write(bytes);
  return {
    ...{ scheduler, connection: connection as unknown as Connection, subscription, log, pings, write },
    send: (bytes) => {
      write(bytes);
      return settle();
    },
    advance: (ms) => {
      scheduler.advance(ms);
      return settle();
    },
  };
}

describe('a peer that keep-alive watches', () => {
  it('is given up with a timeout failure after 9 s without a byte and not before, and is pinged once, after 6 s', async () => {
    const { advance, log, pings } = await connected();
    await advance(6_000);
    await advance(2_999);
    expect([pings, log]).toEqual([[6_000], ['unresponsive']]);
    await advance(1);
    expect(log).toEqual(['unresponsive', 'timeout']);
  });

  it.each([
    ['the answer to the ping', PINGRESP, 1],
    ['a message', message, 2],
  ])('keeps its connection when %s waits in the socket at the deadline', async (_, bytes, asked) => {
    const { advance, log, pings, write } = await connected();
    await advance(6_000);
    await advance(2_999);
    write(bytes);
    await advance(1);
    expect(log).toEqual(['unresponsive', 'responsive']);
    expect(pings).toHaveLength(asked);
  });

  it('that sends messages and answers no ping is pinged every 3 s, and is lost once no message follows a ping', async () => {
    const { advance, log, pings, scheduler, send } = await connected();
    await advance(6_000);
    for (const time of [6_001, 8_999, 10_000, 14_000]) {
      while (scheduler.now() < time) await advance(Math.min(time - scheduler.now(), 3_000 - (scheduler.now() % 3_000)));
      await send(message);
    }
    await advance(1_000);
    await advance(2_999);
    expect(pings).toEqual([6_000, 9_000, 12_000, 15_000]);
    expect(log).not.toContain('timeout');
    await advance(1);
    expect(log.at(-1)).toBe('timeout');
  });

  it('is lost although messages came before the ping: only bytes after the ping show that it lives', async () => {
    const { advance, log, send } = await connected();
    for (const wait of [100, 2_900, 2_999]) {
      await advance(wait);
      await send(message);
    }
    await advance(1);
    await advance(3_000);
    expect(log.at(-1)).toBe('timeout');
  });

  it('is reported as late once, with the delay of the timer, and the next interval starts then', async () => {
    const { advance, log, scheduler } = await connected();
    scheduler.spend(60_000);
    await advance(0);
    await advance(3_000);
    expect(log).toEqual(['late 57000']);
  });

  it('is unresponsive 1.5 s after a ping that no byte follows, and responsive again with its first byte', async () => {
    const { advance, connection, log, send } = await connected();
    connection.ping?.().subscribe();
    await advance(1_499);
    expect(log).toEqual([]);
    await advance(1);
    expect(log).toEqual(['unresponsive']);
    await send(message.subarray(0, 1));
    expect(log).toEqual(['unresponsive', 'responsive']);
    await send(message.subarray(1));
    expect(log).toHaveLength(2);
  });

  it.each([
    ['a message follows the ping', message],
    ['the ping is answered', PINGRESP],
  ])('is not unresponsive when %s within 1.5 s, also if this still waits in the socket then', async (_, bytes) => {
    const early = await connected();
    early.connection.ping?.().subscribe();
    await early.advance(1_000);
    await early.send(bytes);
    await early.advance(1_000);
    const late = await connected();
    late.connection.ping?.().subscribe();
    await late.advance(1_499);
    late.write(bytes);
    await late.advance(1);
    expect([early.log, late.log]).toEqual([[], []]);
  });

  it.each([1_000, 1_500, 9_000])(
    'whose connection is unsubscribed %i ms after it opened is not reported any more, and leaves no timer',
    async (at) => {
      const { advance, connection, log, scheduler, subscription } = await connected();
      const answers: string[] = [];
      connection.ping?.().subscribe({ complete: () => answers.push('answered') });
      if (at > 6_000) await advance(6_000);
      scheduler.advance(at - scheduler.now());
      log.length = 0;
      subscription.unsubscribe();
      await settle();
      expect([log, answers, scheduler.pending]).toEqual([[], [], 0]);
    },
  );
});

describe('the answer to a ping', () => {
  it('belongs to the oldest unanswered ping, also to one of the keep-alive', async () => {
    const { advance, connection, pings, send } = await connected();
    const answers: string[] = [];
    connection.ping?.().subscribe({ complete: () => answers.push('first') });
    await advance(6_000);
    connection.ping?.().subscribe({ complete: () => answers.push('third') });
    await until(() => pings.length === 3, 'all pings arrived');
    await send(PINGRESP);
    expect(answers).toEqual(['first']);
    await send(PINGRESP);
    expect(answers).toEqual(['first']);
    await send(PINGRESP);
    expect(answers).toEqual(['first', 'third']);
  });

  it('that was sent without a ping does not count for a later ping', async () => {
    const { connection, send } = await connected();
    await send(PINGRESP);
    const answers: string[] = [];
    for (const name of ['first', 'second'])
      connection.ping?.().subscribe({
        complete: () => {
          answers.push(name);
        },
      });
    await settle();
    expect(answers).toEqual([]);
    await send(PINGRESP);
    expect(answers).toEqual(['first']);
  });
});
