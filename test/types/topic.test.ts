import { expect, test } from 'vitest';
import type { Topic } from '../../src/feed/topics/topic.js';

test('the state of a topic can be read everywhere, and an assignment to it does not compile', () => {
  const write = (topic: Topic<{ readonly symbol: string }>): void => {
    // @ts-expect-error -- only the trust stage writes the state of a topic
    topic.state = 'live';
    // @ts-expect-error -- only the trust stage writes the market of a topic
    topic.market = 'open';
    // @ts-expect-error -- only the trust stage writes the image of a topic
    topic.image = undefined;
    // @ts-expect-error -- only the registry writes the consumers of a topic
    topic.consumers = [];
  };
  expect(write).toBeTypeOf('function');
});
