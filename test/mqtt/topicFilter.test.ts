import { expect, test } from 'vitest';
import { isWildcard, matchesTopic } from '../../src/model/topicFilter.js';

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

test('a filter with + or # is a wildcard, any other is not', () => {
  expect(['px/+', '#', 'px/#'].map(isWildcard)).toEqual([true, true, true]);
  expect(['px/A', '', 'px/S & J'].map(isWildcard)).toEqual([false, false, false]);
});
