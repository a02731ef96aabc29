import { lastValueFrom, NEVER } from 'rxjs';
import { afterAll, describe, expect, it } from 'vitest';
import type { Connection } from '../../src/model/transport.js';
import { type ContractBroker, undeclared } from './contractBroker.js';
import { failureOf, type Probe, probe, subscribeTo, until } from './openConnection.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const texts = ({ frames }: Probe): readonly string[] => frames.map(({ payload }) => new TextDecoder().decode(payload));

/** Sockets and timers of this process. */
const handles = (): number =>
  process.getActiveResourcesInfo().filter((name) => /^(Timeout|TCPSocketWrap|TLSWrap)$/.test(name)).length;

/** The promises of every transport, tried against one broker. Each test has topics of its own. */
export function describeTransportContract(
  name: string,
  makeBroker: () => Promise<ContractBroker> | ContractBroker,
): void {
  describe(`transport contract: ${name}`, async () => {
    const { transport, endpoint, capabilities, publish, dropAll, stop } = await makeBroker();
    const { refusedTopic, wrongPassword, absent, silent, retains } = capabilities;
    afterAll(stop);

    const open = async (): Promise<{ seen: Probe; connection: Connection }> => {
      const seen = probe(transport, endpoint);
      return { seen, connection: await seen.opened };
    };

    for (const promise of undeclared(capabilities)) {
      it(`declares that it does not support ${promise}`, () => {
        expect(undeclared(capabilities)).toContain(promise);
      });
    }

    it('emits handshake, then open, then frames', async () => {
      const { seen, connection } = await open();
      await subscribeTo(connection, 'order/a');
      await publish('order/a', bytes('1'), false);
      await until(() => seen.frames.length === 1, 'the frame came');
      expect(seen.events).toEqual(['handshake', 'open', 'frame']);
      expect(seen.frames).toEqual([{ topic: 'order/a', retain: false, payload: bytes('1') }]);
      seen.subscription.unsubscribe();
    });

    it('answers a SUBSCRIBE with a code per topic', async () => {
      const { seen, connection } = await open();
      expect(await subscribeTo(connection, 'codes/a', 'codes/b', 'codes/c')).toEqual([0, 0, 0]);
      expect(await subscribeTo(connection)).toEqual([]);
      seen.subscription.unsubscribe();
    });

    it('answers 128 for an invalid topic filter, and keeps the connection', async () => {
      const { seen, connection } = await open();
      expect(await subscribeTo(connection, 'a/#/b', 'valid/a', '', 'x+', 'nul\0')).toEqual([128, 0, 128, 128, 128]);
      expect(await subscribeTo(connection, '#/x')).toEqual([128]);
      expect(await subscribeTo(connection, 'valid/+/b/#', 'x'.repeat(65_536), 'ก'.repeat(21_846))).toEqual([
        0, 128, 128,
      ]);
      await publish('valid/a', bytes('1'), false);
      await until(() => seen.frames.length === 1, 'the sibling delivered');
      seen.subscription.unsubscribe();
    });

    if (refusedTopic !== 'none') {
      it('answers 128 for a refused topic, and other topics of the SUBSCRIBE work', async () => {
        const { seen, connection } = await open();
        expect(await subscribeTo(connection, 'sibling/a', refusedTopic, 'sibling/b')).toEqual([0, 128, 0]);
        await publish('sibling/a', bytes('a'), false);
        await publish('sibling/b', bytes('b'), false);
        await until(() => seen.frames.length === 2, 'both siblings delivered');
        expect(texts(seen)).toEqual(['a', 'b']);
        expect(seen.endings).toEqual([]);
        seen.subscription.unsubscribe();
      });
    }

    it('gives each of several outstanding SUBSCRIBEs its own answer', async () => {
      const { seen, connection } = await open();
      const answers = await Promise.all([
        subscribeTo(connection, 'many/a', 'many/b'),
        subscribeTo(connection, 'many/c'),
        subscribeTo(connection, 'many/d', 'many/e', 'many/f'),
      ]);
      expect(answers).toEqual([[0, 0], [0], [0, 0, 0]]);
      seen.subscription.unsubscribe();
    });

    if (retains) {
      it('distinguishes a retained message from a live one', async () => {
        await publish('retained/a', bytes('old'), true);
        const { seen, connection } = await open();
        await subscribeTo(connection, 'retained/a');
        await until(() => seen.frames.length === 1, 'the retained message came');
        await publish('retained/a', bytes('new'), false);
        await until(() => seen.frames.length === 2, 'the live message came');
        expect(seen.frames.map(({ retain }) => retain)).toEqual([true, false]);
        expect(texts(seen)).toEqual(['old', 'new']);
        seen.subscription.unsubscribe();
      });
    }

    it('emits payloads byte for byte', async () => {
      const { seen, connection } = await open();
      const payloads = [
        Uint8Array.from({ length: 256 }, (_, index) => index),
        new Uint8Array(0),
        Uint8Array.from({ length: 20_000 }, (_, index) => (index * 7) % 251),
      ];
      await subscribeTo(connection, 'exact/a');
      for (const payload of payloads) await publish('exact/a', payload, false);
      await until(() => seen.frames.length === 3, 'all frames came');
      for (const [index, { payload }] of seen.frames.entries())
        expect(Buffer.compare(payload, payloads[index]!)).toBe(0);
      seen.subscription.unsubscribe();
    });

    it('emits 1000 messages in order without loss', async () => {
      const { seen, connection } = await open();
      await subscribeTo(connection, 'thousand/+');
      const numbers = Array.from({ length: 1000 }, (_, index) => String(index));
      await Promise.all(
        numbers.map((number) => publish(`thousand/${String(Number(number) % 7)}`, bytes(number), false)),
      );
      await until(() => seen.frames.length >= 1000, 'all frames came');
      expect(texts(seen)).toEqual(numbers);
      seen.subscription.unsubscribe();
    });

    it('completes a ping after all messages that were sent before it, for each of several pings', async () => {
      const { seen, connection } = await open();
      await subscribeTo(connection, 'ping/a');
      const answered = async (): Promise<number> => {
        await lastValueFrom(connection.ping?.() ?? NEVER, { defaultValue: undefined });
        return seen.frames.length;
      };
      // Messages of the same connection arrive before the answer to a ping that followed them.
      for (let sent = 0; sent < 100; sent += 1) await publish('ping/a', bytes(String(sent)), false);
      await until(() => seen.frames.length > 0, 'the first came');
      const seenThen = await Promise.all([answered(), answered(), answered()]);
      expect(seenThen).toEqual([...seenThen].sort((one, other) => one - other));
      await until(() => seen.frames.length === 100, 'all came');
      expect(await answered()).toBe(100);
      expect(seen.endings).toEqual([]);
      seen.subscription.unsubscribe();
    });

    it('emits no message of a topic after its UNSUBSCRIBE, but those of other topics', async () => {
      const { seen, connection } = await open();
      await subscribeTo(connection, 'stop/a', 'stop/b');
      connection.unsubscribe(['stop/a']);
      // Its answer comes after the broker has worked off the UNSUBSCRIBE.
      await subscribeTo(connection, 'stop/c');
      await publish('stop/a', bytes('a'), false);
      await publish('stop/b', bytes('b'), false);
      await until(() => seen.frames.length > 0, 'the other topic delivered');
      expect(texts(seen)).toEqual(['b']);
      seen.subscription.unsubscribe();
    });

    it('completes on close, once the socket is gone', async () => {
      const before = handles();
      const { seen, connection } = await open();
      await subscribeTo(connection, 'close/a');
      await new Promise<void>((resolve) => {
        connection.close().subscribe({ complete: resolve });
      });
      expect(seen.endings).toEqual([{ type: 'complete' }]);
      await until(() => handles() <= before, 'its sockets and timers were gone');
      await new Promise<void>((resolve) => {
        connection.close().subscribe({ complete: resolve });
      });
    });

    it('emits nothing after it is unsubscribed, and leaves no socket and no timer', async () => {
      const before = handles();
      const { seen, connection } = await open();
      const witness = await open();
      await subscribeTo(connection, 'silent/a');
      await subscribeTo(witness.connection, 'silent/a');
      seen.onFrame = ({ payload }) => {
        if (payload[0] === 3) seen.subscription.unsubscribe();
      };
      await Promise.all([1, 2, 3, 4, 5, 6].map((byte) => publish('silent/a', Uint8Array.of(byte), false)));
      await until(() => seen.subscription.closed && witness.seen.frames.length === 6, 'the other connection got all');
      expect(seen.frames.map(({ payload }) => payload[0])).toEqual([1, 2, 3]);
      expect(seen.endings).toEqual([]);
      witness.seen.subscription.unsubscribe();
      await until(() => handles() <= before, 'its sockets and timers were gone');
    });

    it('can be unsubscribed at once, while it connects, and leaves no socket and no timer', async () => {
      const before = handles();
      const seen = probe(transport, endpoint);
      seen.subscription.unsubscribe();
      const shaking = probe(transport, endpoint);
      await until(() => shaking.events.length === 1, 'the socket was up');
      shaking.subscription.unsubscribe();
      await until(() => handles() <= before, 'its sockets and timers were gone');
      const { seen: third } = await open();
      third.subscription.unsubscribe();
      expect([seen.events, shaking.events]).toEqual([[], ['handshake']]);
      expect([...seen.endings, ...shaking.endings]).toEqual([]);
    });

    it('ignores calls on an ended connection', async () => {
      const { seen, connection } = await open();
      seen.subscription.unsubscribe();
      const said: unknown[] = [];
      const tell = { next: (codes: unknown) => said.push(codes), error: (error: unknown) => said.push(error) };
      connection.subscribe(['ended/a']).subscribe(tell);
      connection.unsubscribe(['ended/a']);
      await new Promise<void>((resolve) => {
        connection.close().subscribe({ ...tell, complete: resolve });
      });
      expect(said).toEqual([]);
    });

    it('ends with one ConnectionFailure when the connection is cut', async () => {
      const first = await open();
      const second = await open();
      await subscribeTo(first.connection, 'cut/a');
      await dropAll();
      expect((await failureOf(first.seen)).code).toBe('RXQ_NETWORK');
      expect((await failureOf(second.seen)).code).toBe('RXQ_NETWORK');
      expect([first.seen.endings.length, second.seen.endings.length]).toEqual([1, 1]);
    });

    it('opens a new connection after a cut, without state of the old one', async () => {
      const old = await open();
      await subscribeTo(old.connection, 'memory/old');
      await dropAll();
      await old.seen.ended;
      const { seen, connection } = await open();
      await subscribeTo(connection, 'memory/new');
      await publish('memory/old', bytes('old'), false);
      await publish('memory/new', bytes('new'), false);
      await until(() => seen.frames.length > 0, 'the new connection delivered');
      expect(texts(seen)).toEqual(['new']);
      seen.subscription.unsubscribe();
    });

    if (absent !== 'none') {
      it('ends with a network failure where nobody listens', async () => {
        const seen = probe(transport, absent);
        const failure = await failureOf(seen);
        expect(failure.code).toBe('RXQ_NETWORK');
        expect(failure.message).toMatch(/^\w+:\/\/\S+ .+: (check|look)/);
        expect(seen.events).toEqual([]);
      });
    }

    if (wrongPassword !== 'none') {
      it('ends with an auth failure on a wrong password, and shows it nowhere', async () => {
        const failure = await failureOf(probe(transport, wrongPassword));
        expect(failure.code).toBe('RXQ_AUTH');
        expect([4, 5]).toContain(failure.connackCode);
        expect(JSON.stringify([failure, failure.message, failure.stack, String(failure.cause)])).not.toContain(
          wrongPassword.password,
        );
      });
    }

    if (silent !== 'none') {
      it('waits for CONNACK without a limit, until it is unsubscribed', async () => {
        const before = handles();
        const seen = probe(transport, silent);
        await until(() => seen.events.length > 0, 'the socket was up');
        for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
        expect(seen.events).toEqual(['handshake']);
        expect(seen.endings).toEqual([]);
        seen.subscription.unsubscribe();
        await until(() => handles() <= before, 'its sockets and timers were gone');
      });
    }
  });
}
