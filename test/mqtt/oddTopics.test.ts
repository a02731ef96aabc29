import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { collected } from '../support/collected.js';
import { mqttScene } from './mqttScene.js';

/** The bytes that are in use after a full collection. */
async function bytesInUse(): Promise<number> {
  await collected(new WeakRef({}));
  return process.memoryUsage().heapUsed;
}

describe('a message of a topic', () => {
  it.each([
    ['that holds NUL', 'px/A\0'],
    ['that holds a wildcard', 'px/+'],
    ['that holds a wildcard', 'px/#'],
    ['of more than 1,024 characters', `px/${'x'.repeat(1_022)}`],
  ])('%s is counted as unclaimed, and route is not called: %j', (_why, topic) => {
    const asked: string[] = [];
    const { mqtt, fake, listen } = mqttScene({
      topics: ['px/#'],
      route: (name) => {
        asked.push(name);
        return name;
      },
    });
    const { messages } = listen();
    fake.current.send(topic, '1');
    fake.current.send('px/A', '2');
    expect(messages.map(({ text }) => text)).toEqual(['2']);
    expect([asked, mqtt.stats().unclaimed]).toEqual([['px/A'], 1]);
  });

  it('of 1,024 characters is emitted', () => {
    const { fake, listen } = mqttScene({ topics: ['px/#'] });
    const { messages } = listen();
    fake.current.send(`px/${'x'.repeat(1_021)}`, '1');
    expect(messages).toHaveLength(1);
  });

  it('of more than 1,024 characters is refused with the reason if it is wanted, and never sent', () => {
    const topic = `px/${'x'.repeat(1_022)}`;
    expect(() => mqttScene({ topics: [topic] })).toThrow(/more than 1024 characters are not read/);
    const all = new Set([topic]);
    const { fake, listen, mqtt } = mqttScene({ topics: of({ all, added: [...all], gone: [] }) });
    listen();
    expect(fake.current.subscribes).toEqual([]);
    expect(mqtt.subscriptions().get(topic)).toMatchObject({ status: 'refused' });
  });

  it('with NUL does not replace another topic that waits for the promotion', () => {
    const { fake, listen, scheduler } = mqttScene({
      topics: ['px/#'],
      conflate: () => true,
      fake: { subackLatency: () => 500 },
    });
    const { messages } = listen();
    scheduler.advance(20);
    fake.current.send('px/A', '1', { retain: true });
    fake.current.send('px/A\0', '2');
    expect(messages).toEqual([]);
    scheduler.advance(500);
    expect(messages.map(({ topic, text }) => [topic, text])).toEqual([['px/A', '1']]);
  });

  it('that matches no filter is emitted, as a first one each time', () => {
    const { fake, listen } = mqttScene({ topics: ['px/A'] });
    const { messages } = listen();
    for (const topic of ['other', 'other', 'px/A', 'px/A']) fake.current.send(topic, '1');
    expect(messages.map(({ topic, first }) => [topic, first])).toEqual([
      ['other', true],
      ['other', true],
      ['px/A', true],
      ['px/A', false],
    ]);
  });
});

describe('the names of topics', () => {
  it('that match no filter are not kept, for any number from a broker', async () => {
    const { mqtt, fake, listen } = mqttScene({
      topics: ['px/A'],
      route: (topic) => (topic === 'px/A' ? topic : undefined),
    });
    listen();
    const before = await bytesInUse();
    for (let index = 0; index < 9_000; index += 1) fake.current.send(`px/${String(index).padStart(900, 'x')}`, '1');
    expect((await bytesInUse()) - before).toBeLessThan(3_000_000);
    expect(mqtt.stats().unclaimed).toBe(9_000);
  });

  it('that a wildcard brings are kept up to 8 million characters, and later topics are first ones again', () => {
    const { fake, listen } = mqttScene({ topics: ['px/#'] });
    let firsts = 0;
    listen(({ first }) => {
      if (first) firsts += 1;
    });
    const send = (from: number, to: number): void => {
      for (let index = from; index < to; index += 1) fake.current.send(`px/${String(index).padStart(1_000, 'x')}`, '');
    };
    send(0, 8_000);
    send(0, 8_000);
    expect(firsts).toBe(8_000);
    send(8_000, 9_000);
    expect(firsts).toBe(9_000);
    send(0, 1);
    expect(firsts).toBe(9_001);
  });
});
