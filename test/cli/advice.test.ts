import { describe, expect, it } from 'vitest';
import { Advisor } from '../../src/cli/advice/advisor.js';
import { adviceLines } from '../../src/cli/view/adviceLines.js';
import type { ConnectionState } from '../../src/index.js';
import type { Finding } from '../../src/playbook/index.js';
import { quoteOf } from '../../src/testing/eventsOf.js';

const live: ConnectionState = {
  status: 'live',
  epoch: 0,
  since: 0,
  ledger: { wanted: 2, granted: 2, refused: [], noData: [] },
};
const waiting: ConnectionState = { status: 'waiting', since: 0, delay: 800, attempt: 1 };

const found = (code: string, chapter = 'no-events'): Finding =>
  ({
    code,
    chapter,
    severity: 'warning',
    symptom: `symptom of ${code}`,
    fixes: ['mend it'],
    doc: 'docs/playbook.md#a',
  }) as unknown as Finding;

const status = (symbol: string, market: 'open' | 'closed') =>
  ({ kind: 'status', symbol, state: 'awaiting', market, at: 0 }) as const;

describe('while the feed is not live, the advice', () => {
  it('has each finding that stands at two looks, and not one of a single look', () => {
    const advisor = new Advisor(['A']);
    const refused = found('RXP_REFUSED');
    expect(advisor.look(waiting, [refused], 1_000)).toEqual([]);
    const { code, symptom, fixes, doc } = refused;
    expect(advisor.look(waiting, [refused], 2_000)).toEqual([{ key: code, code, symptom, fixes, doc }]);
    expect(advisor.look(waiting, [], 3_000)).toEqual([]);
    expect(advisor.look(waiting, [refused], 4_000)).toEqual([]);
  });
});

describe('while the feed is live, the advice', () => {
  it('names the symbols without a quote after 10 s, and that others send', () => {
    const advisor = new Advisor(['A', 'B', 'C']);
    advisor.see(quoteOf({ symbol: 'B' }));
    expect(advisor.look(live, [], 9_999)).toEqual([]);
    const [hint] = advisor.look(live, [], 10_000);
    expect(hint?.symptom).toBe('no quote of A, C in 10.0 s, while other symbols send');
    expect(hint?.fixes).toContain(
      'check the spelling of these symbols: topics are case-sensitive, and some brokers grant any topic',
    );
    expect(hint?.fixes.join(), 'the others show that the topics are right').not.toContain('--topic');
    for (const symbol of ['A', 'C']) advisor.see(quoteOf({ symbol }));
    expect(advisor.look(live, [], 11_000)).toEqual([]);
  });

  it('names five symbols and the number of the others', () => {
    const [hint] = new Advisor(['A', 'B', 'C', 'D', 'E', 'F', 'G']).look(live, [], 10_000);
    expect(hint?.fixes.join()).toContain('--topic');
    expect(hint?.symptom).toBe('no quote of A, B, C, D, E and 2 more in 10.0 s; whether the market is open is unknown');
  });

  it('says when the market is open, and has no hint when it is closed', () => {
    const advisor = new Advisor(['A', 'B']);
    advisor.see(status('A', 'open'));
    advisor.see(status('B', 'closed'));
    expect(advisor.look(live, [], 10_000).map(({ symptom }) => symptom)).toEqual([
      'no quote of A in 10.0 s, although the market is open',
    ]);
    advisor.see(status('A', 'closed'));
    expect(advisor.look(live, [], 11_000)).toEqual([]);
  });

  it('gives the remedies of findings that explain the silence, and leaves out all other findings', () => {
    const advisor = new Advisor(['A']);
    const findings = [found('RXP_STALLED', 'delayed'), found('RXP_TOPICS_REFUSED')];
    advisor.look(live, findings, 9_000);
    const advice = advisor.look(live, findings, 10_000);
    expect(advice.map(({ code, fixes }) => [code, fixes])).toEqual([
      [undefined, []],
      ['RXP_TOPICS_REFUSED', ['mend it']],
    ]);
  });
});

describe('the advice as lines of a log', () => {
  it('has each problem once while it stands, with wrapped text', () => {
    let written = '';
    const noon = new Date(2026, 0, 5, 12).getTime();
    const show = adviceLines((text) => (written += text), { now: () => noon });
    const one = {
      key: 'a',
      code: 'RXP_DNS',
      symptom: 'word '.repeat(20).trim(),
      fixes: ['a \u001b[2Jremedy'],
      doc: 'docs/playbook.md#rxp-dns',
    };
    show([one]);
    show([one, { key: 'b', symptom: 'another', fixes: [] }]);
    const head = '12:00:00.000 ';
    const pad = ' '.repeat(head.length);
    expect(written.split('\n')).toEqual([
      `${head}RXP_DNS  ${'word '.repeat(15).trim()}`,
      `${pad}         ${'word '.repeat(5).trim()}`,
      `${pad}  → a \ufffd[2Jremedy`,
      `${pad}    docs/playbook.md#rxp-dns`,
      `${head}another`,
      '',
    ]);
    show([]);
    show([one]);
    expect(written.match(/RXP_DNS/g), 'after it was cured, it is written again').toHaveLength(2);
  });
});
