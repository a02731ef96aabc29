import { throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { ConnectionFailure } from '../../src/model/errors.js';
import type { ConnectionState, Endpoint, Transport } from '../../src/index.js';
import { findings } from '../../src/playbook/index.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

interface Flapping extends Scene {
  readonly lines: string[];
  /** Times of attempts, ms. */
  readonly attempts: number[];
  /** The next attempt fails so before CONNACK. */
  refuse(failure: ConnectionFailure): void;
  /** Waits for the next attempt. */
  next(): void;
  /** Waits for the next connection, lets it live for so long, and loses it. */
  live(ms: number, failure?: ConnectionFailure): void;
  last(): ConnectionState;
}

const own: Endpoint = { url: 'mqtt://broker.test', clientId: 'desk-7' };

/** A feed whose connections end at the test's word. */
function flapping(endpoint: Endpoint = own, fake: SceneConfig['fake'] = {}): Flapping {
  const lines: string[] = [];
  const attempts: number[] = [];
  const log = (_: object, line: string): void => {
    if (!/^(connect(ion |ing)|gap)/.test(line)) lines.push(line);
  };
  let refusal: ConnectionFailure | undefined;
  const transport: Transport = (to) => {
    attempts.push(made.scheduler.now());
    const failure = refusal;
    refusal = undefined;
    return failure === undefined ? broker.fake.transport(to) : throwError(() => failure);
  };
  // Its own feed is never listened to: it lends its broker.
  const broker = scene({ fake });
  const made = scene({
    venue: { endpoint: () => [endpoint] },
    feed: { transport, logger: { debug: log, info: log, warn: log, error: log }, staleAfter: Infinity },
  });
  let seen = 0;
  const next = (): void => {
    for (let ms = 0; attempts.length === seen; ms += 10) {
      if (ms > 400_000) throw new Error('no attempt in 400 s');
      made.scheduler.advance(10);
    }
    seen = attempts.length;
  };
  made.listen(['A']);
  return {
    ...made,
    fake: broker.fake,
    lines,
    attempts,
    refuse: (failure) => {
      refusal = failure;
    },
    next,
    live: (ms, failure = new ConnectionFailure('network', 'the broker closed the connection')) => {
      next();
      made.scheduler.advance(ms);
      broker.fake.drop(failure);
    },
    last: () => made.states.at(-1) as ConnectionState,
  };
}

const reasonOf = (state: ConnectionState): unknown => ('reason' in state ? state.reason : undefined);
const told = ({ states }: Flapping): boolean => states.some(({ flap }) => flap !== undefined);
const codes = ({ feed, scheduler }: Flapping): string[] =>
  findings(feed, { now: () => scheduler.now() }).map(({ code }) => code);

describe('connections that are accepted and soon lost', () => {
  test('are a flap when there are three in a row, with possible causes, and the feed continues', () => {
    const made = flapping();
    made.live(2_000);
    made.live(9_990);
    expect(reasonOf(made.last())).toMatchObject({ code: 'RXQ_NETWORK' });
    expect(told(made)).toBe(false);
    made.live(3_000);
    expect(made.last()).toMatchObject({
      status: 'waiting',
      reason: {
        kind: 'flap',
        code: 'RXQ_FLAP',
        likely: ['takeover', 'accept-then-drop'],
        certain: false,
        message: expect.stringMatching(
          /^3 connections in a row .* within 10\.0 s of CONNACK: another client with this client id .*closed the conn/,
        ) as string,
        cause: { code: 'RXQ_NETWORK' },
      },
    });
    made.next();
    expect(made.last()).toMatchObject({ status: 'live', flap: { code: 'RXQ_FLAP' } });
  });

  test.each<[string, (made: Flapping) => void]>([
    [
      'one of them lived for 10 s',
      ({ live }) => {
        live(10_000);
      },
    ],
    [
      'one was refused in between',
      ({ refuse, next }) => {
        refuse(new ConnectionFailure('network', 'refused'));
        next();
      },
    ],
    [
      'one fell silent',
      ({ live }) => {
        live(1_000, new ConnectionFailure('timeout', 'no answer to pings'));
      },
    ],
    [
      'one was replaced by hand',
      ({ next, feed }) => {
        next();
        feed.reconnect();
      },
    ],
  ])('are no flap when %s', (what, other) => {
    const made = flapping();
    made.live(1_000);
    made.live(1_000);
    other(made);
    if (!what.includes('by hand')) made.live(1_000);
    if (!what.includes('by hand')) made.live(1_000);
    expect(told(made)).toBe(false);
    made.live(1_000);
    expect(told(made)).toBe(true);
  });

  test('are no flap when the application replaced one in between that lived for 10 s', () => {
    const made = flapping();
    made.live(1_000);
    made.live(1_000);
    made.next();
    made.scheduler.advance(10_000);
    made.feed.reconnect();
    made.live(1_000);
    made.live(1_000);
    expect(told(made)).toBe(false);
    made.live(1_000);
    expect(told(made)).toBe(true);
  });

  test('are one finding while they last, which stands through the attempts and explains the loss', () => {
    const made = flapping();
    for (let count = 0; count < 3; count += 1) made.live(1_000);
    expect(codes(made)).toEqual(['RXP_FLAPPING']);
    made.next();
    expect(codes(made)).toEqual(['RXP_FLAPPING']);
    made.scheduler.advance(9_999);
    expect(codes(made)).toEqual(['RXP_FLAPPING']);
    made.scheduler.advance(1);
    expect(codes(made)).toEqual(['RXP_RECONNECTS']);
    expect(made.last()).not.toHaveProperty('flap');
    expect(made.lines).toEqual(['connections no longer flap']);
  });

  test('are retried at most 8 times in any minute, once a minute after the third verdict, and never stop being retried', () => {
    const made = flapping();
    for (let count = 0; count < 30; count += 1) made.live(100);
    const { attempts } = made;
    expect(attempts.filter((at, index) => at - (attempts[index - 8] ?? -Infinity) < 60_000)).toEqual([]);
    expect(made.last()).toMatchObject({ status: 'rejected', reason: { code: 'RXQ_FLAP' } });
    expect(
      new Set(attempts.slice(8).map((at, index) => Math.round((at - (attempts[index + 7] ?? 0)) / 1_000))),
    ).toEqual(new Set([60]));
  });

  test('leave no timer when all subscribers have left', () => {
    const made = flapping();
    made.feed.tune({ linger: 0 });
    for (let count = 0; count < 3; count += 1) made.live(1_000);
    made.next();
    const only = made.feed.quotes(['B']).subscribe();
    expect(made.scheduler.pending).toBeGreaterThan(0);
    only.unsubscribe();
    void made.feed.close();
    expect(made.scheduler.pending).toBe(0);
  });
});

describe('the likely cause of a flap', () => {
  const likely = (made: Flapping, ms: number): unknown => {
    for (let count = 0; count < 3; count += 1) made.live(ms);
    return reasonOf(made.last());
  };

  test.each<[string, Flapping, number, string]>([
    ['each had a client id of its own', flapping({ url: own.url }), 2_000, 'not all had the same client id'],
    ['all were lost sooner than anybody comes back', flapping(), 400, 'sooner than another client would come back'],
    ['no SUBSCRIBE was answered', flapping(own, { suback: () => undefined }), 2_000, 'none had an answer to SUBSCRIBE'],
  ])('is the broker first when %s', (_, made, ms, evidence) => {
    expect(likely(made, ms)).toMatchObject({
      likely: ['accept-then-drop', 'takeover'],
      certain: false,
      message: expect.stringContaining(evidence) as string,
    });
  });

  test('is tested after the second verdict with another client id: if that connection lives, the takeover is certain', () => {
    const made = flapping();
    for (let count = 0; count < 4; count += 1) made.live(2_000);
    made.next();
    expect(made.fake.connections.map(({ endpoint: { clientId } }) => clientId)).toEqual([
      ...Array.from({ length: 4 }, () => 'desk-7'),
      undefined,
    ]);
    made.scheduler.advance(9_999);
    expect(made.last()).toMatchObject({ status: 'live', flap: { certain: false } });
    made.scheduler.advance(1);
    expect(made.last()).toMatchObject({
      status: 'live',
      flap: { likely: ['takeover'], certain: true, message: expect.stringContaining('2.0 s') as string },
    });
    expect(made.lines).toEqual([expect.stringMatching(/^connections flapped: another client has this client id/)]);
    expect(codes(made)).toEqual(['RXP_TAKEOVER']);
    // The endpoint's own word counts again as soon as that connection has gone.
    made.fake.drop();
    expect(made.last()).not.toHaveProperty('flap');
    expect(reasonOf(made.last())).toMatchObject({ code: 'RXQ_NETWORK' });
    made.next();
    expect(made.fake.current.endpoint.clientId).toBe('desk-7');
    expect(made.last()).not.toHaveProperty('flap');
  });

  test('is the broker first when the connection with another client id is lost as soon; this is tested once', () => {
    const made = flapping();
    for (let count = 0; count < 12; count += 1) made.live(2_000);
    expect(
      made.fake.connections.flatMap(({ endpoint }, index) => (endpoint.clientId === undefined ? [index] : [])),
    ).toEqual([4]);
    expect(reasonOf(made.last())).toMatchObject({
      likely: ['accept-then-drop', 'takeover'],
      certain: false,
      message: expect.stringContaining('one with another client id was lost as soon') as string,
    });
  });

  test.each([
    new ConnectionFailure('policy', 'the client id is refused', { connackCode: 2 }),
    new ConnectionFailure('auth', 'not authorized', { connackCode: 5 }),
  ])('another client id that is refused is no failure of the user’s id, and is never tried again: $name', (refusal) => {
    const made = flapping();
    for (let count = 0; count < 4; count += 1) made.live(2_000);
    made.refuse(refusal);
    made.next();
    expect(reasonOf(made.last())).toMatchObject({
      code: 'RXQ_FLAP',
      likely: ['takeover', 'accept-then-drop'],
      certain: false,
      message: expect.stringContaining('another client id was tried and refused') as string,
      cause: refusal,
    });
    made.live(20_000);
    for (let count = 0; count < 12; count += 1) made.live(2_000);
    expect(made.fake.connections.every(({ endpoint }) => endpoint.clientId === 'desk-7')).toBe(true);
  });

  test('is not tested if the broker requires the client id, and the failure names this', () => {
    const made = flapping({ ...own, clientIdRequired: true });
    for (let count = 0; count < 8; count += 1) made.live(2_000);
    expect(made.fake.connections.every(({ endpoint }) => endpoint.clientId === 'desk-7')).toBe(true);
    expect(reasonOf(made.last())).toMatchObject({
      likely: ['takeover', 'accept-then-drop'],
      message: expect.stringContaining('the broker takes no other client id, so that none is tried') as string,
    });
  });

  test('a trial that the network or the user ended early has no result, and is repeated', () => {
    const made = flapping();
    for (let count = 0; count < 4; count += 1) made.live(2_000);
    made.next();
    made.feed.reconnect();
    made.next();
    expect(made.fake.current.endpoint.clientId).toBeUndefined();
    expect(made.last()).toMatchObject({ flap: { certain: false } });
  });
});
