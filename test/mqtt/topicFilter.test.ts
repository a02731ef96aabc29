import { expect, test } from 'vitest';
import { coversTopic, isTopicFilter, isWildcard, matchesTopic } from '../../src/model/topicFilter.js';

/** The examples of OASIS MQTT 3.1.1, 4.7.1 and 4.7.2, and the corners between them. */
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/tennis/player1/#', 'sport/tennis/player10', false],
  ['sport/#', 'sport', true],
  ['#', 'sport/tennis', true],
  ['#', '/', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['+', 'sport', true],
  ['+/tennis/#', 'sport/tennis', true],
  ['sport/+/player1', 'sport/tennis/player1', true],
  ['#', '$SYS/broker', false],
  ['+/broker', '$SYS/broker', false],
  ['$SYS/#', '$SYS/broker', true],
  ['$SYS/+', '$SYS/broker', true],
  ['a/b', 'a/b', true],
  ['a/b', 'A/b', false],
  ['a/b', 'a', false],
  ['a', 'a/b', false],
  ['a/b/', 'a/b', false],
])('%s matches %s: %s', (filter, topic, matches) => {
  expect(matchesTopic(filter, topic)).toBe(matches);
});

test('a filter with + or # is a wildcard, any other filter is not', () => {
  expect(['px/+', '#', 'px/#'].map(isWildcard)).toEqual([true, true, true]);
  expect(['px/A', '', 'px/S & J'].map(isWildcard)).toEqual([false, false, false]);
});

test.each([
  ['#', 'px/AOT/book', true],
  ['px/#', 'px/+/book', true],
  ['px/+/book', 'px/AOT/book', true],
  ['px/#', 'px', true],
  ['px/+/#', 'px/#', false],
  ['px/+', 'px/#', false],
  ['px/AOT/+', 'px/+/book', false],
  ['px/+/book', 'px/AOT/+', false],
  ['px/AOT/book', 'px/+/book', false],
  ['#', '$SYS/#', false],
  ['px/+', 'px/+', true],
])('%s covers %s: %s', (filter, other, covers) => {
  expect(coversTopic(filter, other)).toBe(covers);
});

test('a filter covers exactly the filters whose every topic it matches, and of two filters at most one covers the other', () => {
  const lists = (levels: readonly string[], most: number): string[] =>
    most === 0 ? [] : levels.flatMap((level) => [level, ...lists(levels, most - 1).map((rest) => `${level}/${rest}`)]);
  const filters = lists(['a', '', '+', '#', '$s'], 3).filter(isTopicFilter);
  // One level more than any filter has, and a level that no filter names.
  const topics = lists(['a', '', 'other', '$s'], 4);
  const brought = new Map(
    filters.map((filter) => [filter, new Set(topics.filter((topic) => matchesTopic(filter, topic)))]),
  );
  const wrong: string[] = [];
  for (const [filter, mine] of brought) {
    for (const [other, others] of brought) {
      const isWhole = [...others].every((topic) => mine.has(topic));
      // Both match the same topics: only `#` covers.
      const isTwin = filter === '+/#' && other === '#';
      if (coversTopic(filter, other) !== (isWhole && !isTwin)) wrong.push(`${filter} ${other}`);
      if (filter !== other && coversTopic(filter, other) && coversTopic(other, filter))
        wrong.push(`${filter} = ${other}`);
    }
  }
  expect([filters.length, wrong]).toEqual([104, []]);
});
