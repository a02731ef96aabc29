/*
 * The cost of the judge of silence: the note of a message, the turns beside the deliveries, the memory of a topic, and its size in
 * the source. Exits with 1 when a bound does not hold. Run by hand:
 *
 *   npm run bench staleness
 */
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { SilenceJudge } from '../src/feed/staleness/judge/silenceJudge.js';
import { rules } from '../src/feed/staleness/judge/rules.js';
import type { Judged } from '../src/feed/topics/topic.js';

const topics = 10_000;
/** Messages a second of the whole feed, the seconds that are played, and those in which code is compiled: they are not measured. */
const [rate, seconds, compiling] = [50_000, 600, 30];
const notes = 20_000_000;

const judged = Array.from(
  { length: topics },
  (): Judged => ({ market: 'open', span: undefined, notes: 0, firstAt: 0.5, lastAt: 0.5 }),
);

/** As `SilenceWatch.onMessage` does it. */
function note(judge: SilenceJudge, topic: Judged, now: number): void {
  if (topic.notes === 0) topic.firstAt = now;
  topic.notes += 1;
  topic.lastAt = now;
  judge.noted(now, topic.span);
}

function watchAll(): SilenceJudge {
  const judge = new SilenceJudge();
  for (const [number, topic] of judged.entries()) {
    judge.watch(`topic/${String(number)}`, number % 10 === 0 ? 'TFEX' : 'SET', topic, 0);
    judge.market(`topic/${String(number)}`, 'open', 0);
  }
  return judge;
}

/** Median of seven rounds of the same messages, with and without the note; in ns. */
function costOfNote(): number {
  const judge = watchAll();
  const order = Uint16Array.from({ length: 65_536 }, () => Math.floor(Math.random() * topics));
  let sum = 0;
  const round = (each: (topic: Judged, now: number) => void): number => {
    const before = process.cpuUsage();
    for (let at = 0; at < notes; at += 1) each(judged[order[at & 65_535]!]!, 0.5 + at / 1_000);
    const { user } = process.cpuUsage(before);
    return (1_000 * user) / notes;
  };
  const costs = Array.from({ length: 7 }, () => {
    const bare = round((topic, now) => {
      sum += topic.notes + now;
    });
    return round((topic, now) => note(judge, topic, now)) - bare;
  });
  if (Number.isNaN(sum)) throw new Error('a time is not a number');
  for (const topic of judged) topic.notes = 0;
  return costs.sort((a, b) => a - b)[3]!;
}

/** Plays ten minutes, and measures the processor time of each turn; in ms. */
function costOfTurns(): { readonly median: number; readonly p999: number; readonly perMessage: number } {
  const judge = watchAll();
  const turns: number[] = [];
  let total = 0;
  let now = 1;
  for (let message = 0; message < rate * seconds; message += 1) {
    now += 1_000 / rate;
    // Some topics send a hundred times as often as others.
    note(judge, judged[Math.floor(topics * Math.random() ** 3)]!, now);
    while (judge.deadline <= now) {
      const before = process.cpuUsage();
      judge.advance(now);
      const { user, system } = process.cpuUsage(before);
      const took = (user + system) / 1_000;
      total += took;
      if (message > rate * compiling) turns.push(took);
    }
  }
  turns.sort((a, b) => a - b);
  const at = (part: number): number => turns[Math.floor(part * turns.length)]!;
  return { median: at(0.5), p999: at(0.999), perMessage: (1e6 * total) / (rate * seconds) };
}

/** Bytes of a topic with a threshold, its place for notes included. */
function bytesOfTopic(): number {
  const collect = (): number => {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = collect();
  const made = Array.from({ length: topics }, (): Judged => ({ ...judged[0]!, notes: 0 }));
  const judge = new SilenceJudge();
  for (const [number, topic] of made.entries()) {
    judge.watch(`bytes/${String(number)}`, 'SET', topic, 0);
    judge.market(`bytes/${String(number)}`, 'open', 0);
  }
  for (let now = 1; now < 40_000; now += 250) {
    for (const topic of made) note(judge, topic, now);
    while (judge.deadline <= now) judge.advance(now);
  }
  const bytes = (collect() - before) / topics;
  if (judge.explain('bytes/1')?.thresholdMs === Infinity) throw new Error('no threshold was learned');
  return bytes;
}

const folder = 'src/feed/staleness/judge';
const sources = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
const { median, p999, perMessage } = costOfTurns();
const figures: readonly (readonly [name: string, measured: number, most: number, unit: string])[] = [
  ['note of a message', costOfNote(), 70, 'ns'],
  ['turn beside the deliveries, median', median, 1, 'ms'],
  ['turn beside the deliveries, p99.9', p999, 1, 'ms'],
  ['all turns, for each message', perMessage, Infinity, 'ns'],
  ['memory of a topic', bytesOfTopic(), 2_048, 'bytes'],
  ['lines of the judge', sources.reduce((sum, text) => sum + text.split('\n').length - 1, 0), 1_000, ''],
  ['files of the judge', sources.length, 10, ''],
  ['chosen numbers of the judge', Object.keys(rules).length, 30, ''],
];
for (const [name, measured, most, unit] of figures) {
  const bound = most === Infinity ? '' : `at most ${String(most)} ${unit}`;
  process.stdout.write(
    `${measured <= most ? 'ok    ' : 'FAILED'} ${name.padEnd(36)} ${measured.toFixed(unit === 'ms' ? 3 : 0).padStart(7)} ${unit.padEnd(5)} ${bound}\n`,
  );
}
process.exitCode = figures.every(([, measured, most]) => measured <= most) ? 0 : 1;
