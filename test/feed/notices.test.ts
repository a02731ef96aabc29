import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { findings } from '../../src/playbook/index.js';
import { settradeData } from '../../src/settrade/settradeData.js';
import { checkConservation } from '../../src/testing/index.js';
import type { VenueNotices } from '../../src/model/venue.js';
import { scene, type Scene, type SceneConfig } from './scene.js';

const notices = settradeData.notices as VenueNotices;
const [errors = ''] = notices.topics;

interface Noticed extends Scene {
  readonly lines: string[];
  readonly rejects: string[];
  /** The venue sends a notice that refuses topics. */
  notice(message: string, ...topics: string[]): void;
  status(topic: string): unknown;
}

/** A feed of a venue that refuses by notices. */
function noticed(config: SceneConfig = {}): Noticed {
  const lines: string[] = [];
  const rejects: string[] = [];
  const log = (_: object, line: string): void => {
    if (!/^(connect|gap)/.test(line)) lines.push(line);
  };
  const made = scene({
    notices,
    ...config,
    feed: {
      logger: { debug: log, info: log, warn: log, error: log },
      onReject: ({ reason, topic }) => {
        rejects.push(`${topic} ${reason}`);
        checkConservation(made.feed.stats());
      },
      ...config.feed,
    },
  });
  return {
    ...made,
    lines,
    rejects,
    notice: (errorMessage, ...topics) => {
      const rejectSubscriptions = topics.map((topicFilter) => ({ topicFilter, errorMessage }));
      made.fake.current.send(errors, JSON.stringify({ rejectSubscriptions }));
      checkConservation(made.feed.stats());
    },
    status: (topic) => {
      let status: unknown;
      made.feed.subscriptions$.subscribe((topics) => (status = topics.get(topic))).unsubscribe();
      return status;
    },
  };
}

const refused = { wanted: 4, granted: 3, refused: ['px/BAD'] };

describe('a notice', () => {
  test('that refuses a topic changes the state of this topic everywhere, and of no other topic', () => {
    const { listen, notice, price, feed, states, lines, status, scheduler } = noticed();
    const { said } = listen(['A', 'BAD', 'B']);
    notice('no permission', 'px/BAD');
    price('A', 1);
    scheduler.advance(10);
    expect(said).toEqual(['A awaiting', 'BAD awaiting', 'B awaiting', 'BAD refused', 'A 1 live unknown e0 image']);
    expect(states.at(-1)).toMatchObject({ status: 'live', ledger: refused });
    expect(status('px/BAD')).toEqual({ status: 'refused', code: 0, message: 'no permission' });
    expect(status('px/B')).toEqual({ status: 'granted', code: 0 });
    expect(feed.explain('BAD')[0]?.why).toContain('refused: the broker refused the subscription: no permission, at');
    expect(findings(feed, { now: () => 10 })).toMatchObject([
      { code: 'RXP_TOPICS_REFUSED', symptom: 'the broker refuses 1 of 4 topics: px/BAD' },
    ]);
    expect(lines).toEqual(['the broker refuses topics: px/BAD: no permission']);
    expect(feed.stats()).toMatchObject({ received: 2, emitted: 2, rejected: {} });
  });

  test('overrides the grant of the same request, also if the notice comes first', () => {
    const { listen, notice, scheduler, states, status, fake } = noticed({ fake: { latency: 5 } });
    listen(['A', 'BAD', 'B']);
    scheduler.advance(7);
    notice('no permission', 'px/BAD');
    scheduler.advance(5);
    expect(states.at(-1)).toMatchObject({ status: 'live', epoch: 0, ledger: refused });
    scheduler.advance(59_000);
    expect(status('px/BAD')).toMatchObject({ status: 'refused', message: 'no permission' });
    scheduler.advance(1_000);
    expect(fake.current.subscribes.at(-1)).toEqual(['px/BAD']);
  });

  test('makes its topic subscribed to again alone, every 60 s; it stays refused until no notice follows the grant', () => {
    const { listen, notice, scheduler, fake, states } = noticed();
    const { said } = listen(['A', 'BAD']);
    const asked = (): number => fake.current.subscribes.filter((topics) => topics.join() === 'px/BAD').length;
    notice('no permission', 'px/BAD');
    notice('no permission', 'px/BAD');
    const before = states.length;
    for (let round = 1; round <= 3; round += 1) {
      scheduler.advance(60_000);
      expect(asked()).toBe(round);
      notice('no permission', 'px/BAD');
    }
    expect(states).toHaveLength(before);
    expect(said.filter((one) => one.startsWith('BAD'))).toEqual(['BAD awaiting', 'BAD refused']);
    scheduler.advance(60_000);
    expect(states).toHaveLength(before);
    scheduler.advance(5_000);
    expect(states.at(-1)).toMatchObject({ status: 'live', ledger: { wanted: 3, granted: 3, refused: [] } });
    expect(said.at(-1)).toBe('BAD awaiting');
    scheduler.advance(600_000);
    expect(asked()).toBe(4);
  });

  test('counts for the next connection: its topic is subscribed to alone, and refused until no notice follows', () => {
    const { listen, notice, scheduler, fake, states } = noticed();
    listen(['A', 'BAD', 'B']);
    notice('no permission', 'px/BAD');
    fake.drop();
    scheduler.advance(1_000);
    expect(fake.connections).toHaveLength(2);
    expect(fake.current.subscribes).toEqual([[errors], ['px/BAD'], ['px/A', 'px/B', 'market']]);
    expect(states.at(-1)).toMatchObject({ status: 'live', epoch: 1, ledger: refused });
    scheduler.advance(5_000);
    expect(states.at(-1)).toMatchObject({ status: 'live', epoch: 1, ledger: { granted: 4, refused: [] } });
  });

  test('for a topic without a subscriber changes nothing, and is logged once, up to a limit', () => {
    const { listen, notice, states, lines, feed } = noticed();
    const { said } = listen(['A']);
    const before = states.length;
    notice('gone', 'px/OTHER');
    notice('gone', 'px/OTHER');
    for (let index = 0; index < 100; index += 1) notice('flood', `px/F${index}`);
    expect([said, states]).toEqual([['A awaiting'], states.slice(0, before)]);
    expect(lines[0]).toBe('the venue refuses topics that have no subscriber: px/OTHER: gone');
    expect(lines).toHaveLength(20);
    expect(feed.stats()).toMatchObject({ received: 102, emitted: 102, unclaimed: 0 });
  });

  test.each([
    ['', 'empty'],
    ['no permission', 'schema'],
    ['[]', 'schema'],
    ['{"rejectSubscriptions":{}}', 'schema'],
    ['{"rejectSubscriptions":[{"errorMessage":"no topic"}]}', 'schema'],
    ['{"rejectSubscriptions":[null]}', 'schema'],
    ['x'.repeat(262_145), 'too-large'],
  ])('that is unreadable (%.40s) is a counted reject and changes nothing', (payload, reason) => {
    const { listen, fake, feed, rejects, states } = noticed();
    const { said } = listen(['A']);
    const before = states.length;
    fake.current.send(errors, payload);
    expect(rejects).toEqual([`${errors} ${reason}`]);
    expect(feed.stats()).toMatchObject({ received: 1, emitted: 0, rejected: { [reason]: 1 }, unclaimed: 0 });
    expect([said, states.length]).toEqual([['A awaiting'], before]);
  });

  test('without topics, or without a reason, is valid', () => {
    const { listen, fake, feed, status } = noticed();
    listen(['A']);
    fake.current.send(errors, '{"rejectSubscriptions":[]}');
    fake.current.send(errors, '{"rejectSubscriptions":[{"topicFilter":"px/A","errorMessage":7}]}');
    expect(status('px/A')).toEqual({ status: 'refused', code: 0, message: '' });
    expect(feed.explain('A')[0]?.why).toContain('the broker refused the subscription: by a notice');
  });

  test('is shown without credentials, in one line, with at most 200 characters of the venue’s text', () => {
    const endpoint = { url: 'mqtt://broker.test', username: 'trader-7', password: 'correct horse' };
    const { listen, notice, status, lines, feed, states } = noticed({ venue: { endpoint } });
    listen(['A']);
    notice(`trader-7 may\r\nnot \u202Eread, correct horse ${'!'.repeat(500)}`, 'px/A', 'px/correct horse');
    const { message } = status('px/A') as { message: string };
    expect(message).toMatch(/^\[hidden\] may not {2}read, \[hidden\] !+…$/);
    expect(message).toHaveLength(200);
    const shown = inspect([lines, states, feed.explain('A')], { depth: 9 });
    expect(shown).not.toMatch(/trader-7|correct horse/);
  });
});

describe('the topic of notices', () => {
  test('is subscribed to first and alone, is no wanted topic, and is in subscriptions$', () => {
    const { listen, fake, states, feed, status } = noticed();
    listen(['A']);
    expect(fake.current.subscribes).toEqual([[errors], ['px/A', 'market']]);
    expect(states.at(-1)).toMatchObject({ status: 'live', ledger: { wanted: 2, granted: 2, refused: [] } });
    expect(status(errors)).toEqual({ status: 'granted', code: 0 });
    expect(feed.stats().topics.awaiting).toBe(1);
    expect(feed.symbols().map(({ symbol }) => symbol)).toEqual(['A']);
  });

  test('that is refused affects no other topic, is reported, and is subscribed to again', () => {
    const { listen, price, fake, states, lines, scheduler, status } = noticed({
      fake: { suback: (topic) => (topic === errors ? 0x80 : 0) },
    });
    const { said } = listen(['A']);
    price('A', 1);
    expect(said.at(-1)).toBe('A 1 live unknown e0 image');
    expect(states.at(-1)).toMatchObject({ status: 'live', ledger: { wanted: 2, granted: 2, refused: [] } });
    expect(lines).toEqual([`the venue's notices can't be received, refused: ${errors}`]);
    expect(status(errors)).toEqual({ status: 'refused', code: 0x80 });
    scheduler.advance(60_000);
    expect(fake.current.subscribes.filter(([topic]) => topic === errors)).toHaveLength(2);
  });

  test('that is never answered affects no other topic, and is reported', () => {
    const { listen, price, states, lines, scheduler } = noticed({
      fake: { suback: (topic) => (topic === errors ? undefined : 0) },
    });
    const { said } = listen(['A']);
    scheduler.advance(5_000);
    price('A', 1);
    expect(said.at(-1)).toBe('A 1 live unknown e0 image');
    expect(states.at(-1)).toMatchObject({ status: 'live', epoch: 0 });
    expect(lines).toEqual([
      `the venue's notices can't be received, mqtt://broker.test did not answer SUBSCRIBE within 5 s, for ${errors}: look for the reason in the broker's log`,
    ]);
  });

  test('leaves no timer when all subscribers have left', () => {
    const { listen, notice, scheduler } = noticed({ feed: { linger: 0 } });
    const { subscription } = listen(['A']);
    notice('no permission', 'px/A');
    subscription.unsubscribe();
    expect(scheduler.pending).toBe(0);
  });
});
