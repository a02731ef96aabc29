import { expect, test } from 'vitest';
import { sameSummary, TopicLedger } from '../../src/mqtt/subscriptions/topicLedger.js';

test('a topic goes from wanted to sent to granted to seen, and its code is kept', () => {
  const ledger = new TopicLedger();
  const now = (): unknown => ledger.snapshot().get('a');
  ledger.want('a');
  expect(now()).toEqual({ status: 'wanted' });
  ledger.sent('a');
  expect(now()).toEqual({ status: 'sent' });
  ledger.answered('a', 0);
  expect(now()).toEqual({ status: 'granted', code: 0 });
  expect(ledger.read('a').messages).toBe(1);
  expect(now()).toEqual({ status: 'seen', code: 0 });
  expect(ledger.read('a').messages).toBe(2);
});

test('a message that overtakes the SUBACK is no answer to the SUBSCRIBE', () => {
  const ledger = new TopicLedger();
  ledger.want('a');
  ledger.sent('a');
  expect(ledger.read('a').messages).toBe(1);
  expect(ledger.outstanding).toBe(1);
  ledger.answered('a', 0);
  expect(ledger.outstanding).toBe(0);
  expect(ledger.snapshot().get('a')).toEqual({ status: 'seen', code: 0 });
});

test('a refused topic stays refused while it is asked for again, and has its answer', () => {
  const ledger = new TopicLedger();
  ledger.want('a');
  ledger.sent('a');
  ledger.answered('a', 0x80);
  ledger.sent('a');
  expect(ledger.snapshot().get('a')).toEqual({ status: 'refused', code: 0x80 });
  expect(ledger.outstanding).toBe(0);
  expect(ledger.summary()).toEqual({ wanted: 1, granted: 0, refused: ['a'], mute: [] });
});

test('the first message after a subscription is a first one again, also where another subscription brought the topic', () => {
  const ledger = new TopicLedger();
  ledger.want('px/+');
  ledger.answered('px/+', 0);
  expect(ledger.read('px/a').messages).toBe(1);
  expect(ledger.read('px/a').messages).toBe(2);
  expect(ledger.snapshot().get('px/+')).toMatchObject({ status: 'seen' });
  ledger.want('px/a');
  expect(ledger.read('px/a').messages).toBe(1);
  ledger.drop('px/+');
  expect(ledger.read('px/a').messages).toBe(1);
});

test('a message stays no first one when a subscription ends or is refused while another granted one brings its topic', () => {
  const granted = (...filters: readonly string[]): TopicLedger => {
    const ledger = new TopicLedger();
    for (const filter of filters) {
      ledger.want(filter);
      ledger.answered(filter, 0);
    }
    ledger.read('px/a');
    return ledger;
  };
  const ends: Readonly<Record<string, (ledger: TopicLedger, filter: string) => void>> = {
    drop: (ledger, filter) => {
      ledger.drop(filter);
    },
    refuse: (ledger, filter) => {
      ledger.refuse(filter, 'no');
    },
  };
  for (const end of Object.values(ends)) {
    for (const [left, kept] of [
      ['px/+', 'px/a'],
      ['px/a', 'px/+'],
      ['px/+', '#'],
    ] as const) {
      const ledger = granted(left, kept);
      end(ledger, left);
      expect(ledger.read('px/a').messages).toBe(2);
      end(ledger, kept);
      expect(ledger.read('px/a').messages).toBe(1);
    }
  }
});

test('a message is a first one again when the only other subscription of its topic has no grant', () => {
  const ledger = new TopicLedger();
  for (const filter of ['px/+', 'px/a']) ledger.want(filter);
  ledger.answered('px/+', 0);
  ledger.answered('px/a', 0x80);
  ledger.read('px/a');
  ledger.drop('px/+');
  expect(ledger.read('px/a').messages).toBe(1);
});

test('summaries are the same when their numbers and refused topics are', () => {
  const one = { wanted: 3, granted: 2, refused: ['a'], mute: ['m'] };
  expect(sameSummary(one, { ...one, refused: ['a'], mute: ['m'] })).toBe(true);
  expect(
    [{ wanted: 4 }, { granted: 3 }, { refused: ['b'] }, { mute: [] }].map((other) =>
      sameSummary(one, { ...one, ...other }),
    ),
  ).toEqual([false, false, false, false]);
});
