import { SilenceJudge } from '../../src/feed/staleness/judge/silenceJudge.js';
import type { Judged } from '../../src/feed/topics/topic.js';
import type { Judge } from './judge.js';
import type { Learners } from './session.js';

/** The judge of the library. Messages are noted for it as the feed does. */
function learned(): Judge {
  const judge = new SilenceJudge();
  const topics = new Map<string, Judged>();
  return {
    watch: (topic, { market }, now) => {
      if (topics.has(topic)) return;
      const judged: Judged = { market: undefined, span: undefined, notes: 0, firstAt: 0.5, lastAt: 0.5 };
      topics.set(topic, judged);
      judge.watch(topic, market, judged, now);
    },
    seen: (topic, now) => {
      const judged = topics.get(topic)!;
      if (judged.notes === 0) judged.firstAt = now;
      judged.notes += 1;
      judged.lastAt = now;
      judge.noted(now, undefined);
    },
    market: (topic, state, now) => {
      judge.market(topic, state, now);
    },
    calendar: (market, state, now, until) => {
      judge.calendar(market, state, now, until);
    },
    linkLost: () => {
      judge.linkLost();
    },
    linkLive: (now) => {
      judge.linkLive(now);
    },
    deadline: () => judge.deadline,
    advance: (now) => judge.advance(now),
    explain: (topic) => judge.explain(topic),
  };
}

/** Judges of the library itself. */
export const learners: Learners = { learned };
