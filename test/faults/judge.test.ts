import { describe, expect, it } from 'vitest';
import type { DataState } from '../../src/index.js';
import { firstMinute } from './judge/firstMinute.js';
import { missing } from './judge/missing.js';
import type { Records, Said, Sent } from './judge/record.js';
import { regressions } from './judge/regressions.js';
import { unmarked } from './judge/unmarked.js';
import { type Evidence, type Promised, verdict } from './judge/verdict.js';

/** `1@0` is image 1 at 0 ms. */
function sent(text: string, topic = 'A'): Sent[] {
  return text.split(' ').flatMap((word) => {
    const [number, at] = word.split('@').map(Number);
    return word === '' ? [] : [{ topic, number: number!, at: at! }];
  });
}

/** `1@5` is image 1, said to be live at 5 ms; `1@5:suspect` in doubt. */
function said(text: string, topic = 'A'): Said[] {
  return text.split(' ').map((word) => {
    const [image = '', state = 'live'] = word.split(':');
    return { ...sent(image, topic)[0]!, state: state as DataState };
  });
}

function records(of: { sent: string; said: string; read?: string; end?: number }): Records {
  return { sent: sent(of.sent), said: said(of.said), read: sent(of.read ?? ''), end: of.end ?? 10_000 };
}

const numbers = (images: readonly Sent[]): number[] => images.map(({ number }) => number);

describe('missing', () => {
  it('has images that were sent and never emitted', () => {
    expect(numbers(missing(records({ sent: '1@0 2@100 3@200', said: '1@1 3@201' })))).toEqual([2]);
  });

  it('has no image that was read and replaced by a newer one', () => {
    const run = { sent: '1@0 2@100 3@200', said: '1@1 3@201' };
    expect(missing(records({ ...run, read: '1@1 2@101 3@201' }))).toEqual([]);
    // Read, and nothing newer came out: it is lost all the same.
    expect(numbers(missing(records({ sent: '1@0 2@100', said: '1@1', read: '1@1 2@101' })))).toEqual([2]);
  });

  it('compares images by topic', () => {
    const both = { sent: [...sent('1@0', 'A'), ...sent('1@0', 'B')], said: said('1@1', 'A'), read: [], end: 0 };
    expect(missing(both)).toEqual(sent('1@0', 'B'));
  });
});

describe('unmarked', () => {
  it.each([
    ['live went on, a second and more after the loss', '1@1 3@1101', [2]],
    ['live in the end, and nothing said since', '1@1', [2, 3]],
    ['live again after one more word of live within the second', '1@1 3@201 4@1102', [2]],
  ])('has images that were lost while the topic was %s', (_, reported, lost) => {
    expect(numbers(unmarked(records({ sent: '1@0 2@100 3@200', said: reported })))).toEqual(lost);
  });

  it.each([
    ['doubted within the second', '1@1 1@150:suspect 3@1200'],
    ['silent until it was doubted', '1@1 1@9000:suspect 3@9100'],
    ['doubted before', '1@1 1@90:suspect 3@5000'],
    ['refused, and so never live', '0@0:refused'],
  ])('has no image of a topic that was %s', (_, reported) => {
    expect(numbers(unmarked(records({ sent: '1@0 2@100', said: reported }))).filter((number) => number === 2)).toEqual(
      [],
    );
  });

  it('has no image of a stream that completed', () => {
    expect(unmarked({ sent: sent('1@0 2@100'), said: said('1@1'), read: [] })).toEqual([]);
  });

  it('has no image that was lost within the last second, which is too short for a report', () => {
    expect(unmarked(records({ sent: '1@0 2@9500', said: '1@1', end: 10_000 }))).toEqual([]);
  });
});

describe('regressions', () => {
  it('are older images after newer ones, in any state of the topic', () => {
    expect(numbers(regressions(said('1@0 3@1 2@2 2@3:suspect 4@4')))).toEqual([2, 2]);
  });

  it('are neither the last image once more nor images of another topic', () => {
    expect(regressions([...said('1@0 2@1 2@2:suspect'), ...said('1@3', 'B')])).toEqual([]);
  });
});

it('the first minute has the images of 60 s from the fault on', () => {
  expect(firstMinute([-1, 0, 59_999, 60_000], 0)).toBe(2);
});

describe('a verdict', () => {
  const promised: Promised = { fault: 'f', broker: 'simulated', expect: 'a, b', deadline: 1_000, recovers: true };
  const good: Evidence = {
    records: records({ sent: '1@0', said: '1@1' }),
    ...{ faultAt: 100, mendedAt: 300, detectedAt: 600, recoveredAt: 900, got: ['a', 'b'] },
    ...{ connects: [150, 160], tokenFetches: [170], conserved: true },
  };

  it('is ok when all promises hold, with the spans from the fault and from its end', () => {
    expect(verdict(promised, good)).toEqual({
      ...{ fault: 'f', broker: 'simulated', expect: 'a, b', got: 'a, b' },
      ...{ deadlineMs: 1_000, detectedMs: 500, recoveredMs: 600, connects60s: 2, tokenFetches60s: 1 },
      ...{ missing: 0, unmarked: 0, regressions: 0, conserved: true, ok: true },
    });
  });

  const { detectedAt: _, ...undetected } = good;
  const { recoveredAt: __, ...unrecovered } = good;
  const times = (count: number): number[] => Array.from({ length: count }, () => 200);
  it.each<[string, Evidence]>([
    ['another failure', { ...good, got: ['a'] }],
    ['a late failure', { ...good, detectedAt: 1_101 }],
    ['no failure', undetected],
    ['no recovery', unrecovered],
    ['9 connects', { ...good, connects: times(9) }],
    ['4 fetches', { ...good, tokenFetches: times(4) }],
    ['an unmarked loss', { ...good, records: records({ sent: '1@0 2@10', said: '1@1' }) }],
    ['a regression', { ...good, records: records({ sent: '1@0', said: '1@1 0@2' }) }],
    ['counts that do not add up', { ...good, conserved: false }],
  ])('is not ok for %s', (_what, evidence) => {
    expect(verdict(promised, evidence).ok).toBe(false);
  });

  it('allows a second for a timer, but none for an answer', () => {
    const late = { ...good, detectedAt: 5_900 };
    expect(verdict({ ...promised, deadline: 5_000 }, late).ok).toBe(true);
    expect(verdict({ ...promised, deadline: 4_000 }, late).ok).toBe(false);
  });

  it('needs no recovery for a row without one', () => {
    expect(verdict({ ...promised, recovers: false }, unrecovered).ok).toBe(true);
  });
});
