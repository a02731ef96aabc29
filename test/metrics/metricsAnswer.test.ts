import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ConnectionFailure } from '../../src/model/errors.js';
import { exposeMetrics } from '../../src/metrics/index.js';
import type { FeedHealth } from '../../src/metrics/feedHealth.js';
import { watchHealth } from '../../src/metrics/feedHealth.js';
import { type AnswerSources, metricsAnswer, SharedAnswers } from '../../src/metrics/metricsAnswer.js';
import { type Scene, scene, type SceneConfig } from '../feed/scene.js';
import { scraped } from '../support/scraped.js';

interface Asked extends Scene {
  readonly sources: AnswerSources;
  readonly registry: Registry;
  /** The status of the answer for a path, and its text about the feed. */
  ask(path: string): Promise<readonly [number, FeedHealth]>;
}

function asked(config: SceneConfig = {}): Asked {
  const set = scene(config);
  const registry = new Registry();
  exposeMetrics({ registry, feeds: { px: set.feed } });
  const watch = watchHealth(set.feed);
  const sources: AnswerSources = { registry, health: () => ({ px: watch.read() }) };
  return {
    ...set,
    sources,
    registry,
    ask: async (path) => {
      const { status, body } = await metricsAnswer(sources, 'GET', path);
      return [status, (JSON.parse(body) as { feeds: { px: FeedHealth } }).feeds.px];
    },
  };
}

describe('/health', () => {
  it('is 200 while idle, connecting for the first time and live; and 503 with the reason from the loss to the recovery', async () => {
    const { ask, listen, fake, scheduler, price } = asked({ fake: { latency: 5 } });
    expect(await ask('/health')).toMatchObject([200, { ok: true, status: 'idle', problems: [] }]);
    listen(['AOT']);
    expect(await ask('/health')).toMatchObject([200, { ok: true, status: 'connecting', problems: [] }]);
    scheduler.advance(20);
    price('AOT', 70);
    expect(await ask('/health')).toMatchObject([
      200,
      { status: 'live', epoch: 0, since: '1970-01-01T00:00:00.010Z', warnings: [], symbols: { live: 1 } },
    ]);
    fake.drop(new ConnectionFailure('network', 'broker.test:1883 reset the connection'));
    const problem = /^not connected: broker\.test:1883 reset the connection \(RXQ_NETWORK\)$/;
    expect(await ask('/health')).toMatchObject([
      503,
      { ok: false, status: 'waiting', problems: [expect.stringMatching(problem)], warnings: ['1 symbols suspect'] },
    ]);
    scheduler.advance(752);
    expect(await ask('/health')).toMatchObject([
      503,
      {
        status: 'connecting',
        problems: ['not connected, attempt 2: broker.test:1883 reset the connection (RXQ_NETWORK)'],
      },
    ]);
    scheduler.advance(20);
    expect(await ask('/health')).toMatchObject([200, { status: 'live', epoch: 1, problems: [] }]);
  });

  it('does not report the first connection after an idle time as a failure', async () => {
    const { ask, listen, fake, scheduler } = asked({ fake: { latency: 5 } });
    const { subscription } = listen(['AOT']);
    scheduler.advance(20);
    fake.drop();
    subscription.unsubscribe();
    scheduler.advance(10_000);
    expect(await ask('/health')).toMatchObject([200, { status: 'idle' }]);
    listen(['AOT']);
    expect(await ask('/health')).toMatchObject([200, { status: 'connecting', problems: [] }]);
  });

  it('has the time of the next attempt after refused credentials', async () => {
    const { ask, listen, fake, scheduler } = asked({ fake: { accept: false } });
    listen(['AOT']);
    for (let round = 0; round < 2; round += 1) {
      fake.current.drop(new ConnectionFailure('auth', 'broker.test:1883 refused the credentials'));
      if (round === 0) scheduler.advance(2000);
    }
    const [status, { problems }] = await ask('/health');
    expect(status).toBe(503);
    expect(problems).toEqual([
      expect.stringMatching(/^rejected: .* refused the credentials \(RXQ_AUTH\); tried again at 1970-01-01T00:01:0/),
    ]);
  });

  it('is 503 when no message comes over a live connection, and for a closed feed', async () => {
    const { ask, listen, price, scheduler, feed } = asked({ feed: { staleAfter: 1000 } });
    listen(['AOT', 'PTT']);
    price('AOT', 70);
    price('PTT', 33);
    scheduler.advance(600);
    price('PTT', 34);
    scheduler.advance(600);
    expect(await ask('/health')).toMatchObject([200, { warnings: ['1 symbols stale'] }]);
    scheduler.advance(600);
    expect(await ask('/health')).toMatchObject([503, { problems: [expect.stringMatching(/can be trusted/)] }]);
    await feed.close();
    expect(await ask('/health')).toMatchObject([503, { status: 'closed', problems: ['closed'] }]);
  });

  it('has a warning for refused topics, which do not affect other topics', async () => {
    const { ask, listen } = asked({ fake: { suback: (topic) => (topic === 'px/BAD' ? 128 : 0) } });
    listen(['AOT', 'BAD']);
    expect(await ask('/health')).toMatchObject([200, { ok: true, warnings: ['1 topics refused: px/BAD'] }]);
  });
});

describe('/ready', () => {
  it('is 200 while idle, and once every wanted topic is answered; 503 in between and after a loss', async () => {
    const { ask, listen, fake, scheduler } = asked({ fake: { latency: 5 } });
    const statuses: number[] = [];
    const note = async (): Promise<void> => {
      statuses.push((await ask('/ready'))[0]);
    };
    await note();
    listen(['AOT']);
    await note();
    scheduler.advance(20);
    await note();
    listen(['PTT']);
    await note();
    scheduler.advance(20);
    await note();
    fake.drop();
    await note();
    expect(statuses).toEqual([200, 503, 200, 503, 200, 503]);
  });
});

describe('the routes', () => {
  it('serve the registry with its content type', async () => {
    const { sources, registry } = asked();
    const { status, headers, body } = await metricsAnswer(sources, 'GET', '/metrics');
    expect([status, headers]).toEqual([200, { 'Content-Type': registry.contentType }]);
    expect(scraped(body).get('mqtt_connected{feed="px"}')).toBe(0);
  });

  it.each(['/', '/metrics/', '/health/x', '/__proto__', '/constructor', ''])(
    'are 404 for %s, with the list of pages',
    async (path) => {
      const { status, body } = await metricsAnswer(asked().sources, 'GET', path);
      expect([status, body]).toEqual([404, 'There is no such page. The pages are /metrics, /health, /ready.\n']);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', ''])('are 405 for %s, with the allowed methods', async (method) => {
    const { status, headers } = await metricsAnswer(asked().sources, method, '/metrics');
    expect([status, headers.Allow]).toEqual([405, 'GET, HEAD']);
  });

  it('read the registry once for all requests of one turn of the event loop, and again in the next turn', async () => {
    const { sources, scheduler } = asked();
    let reads = 0;
    const registry = { contentType: 'x', metrics: () => Promise.resolve(String((reads += 1))) };
    const shared = new SharedAnswers({ ...sources, registry }, scheduler);
    const turn = async (): Promise<string[]> => {
      const answers = [shared.get('GET', '/metrics'), shared.get('GET', '/metrics')];
      scheduler.advance(0);
      return (await Promise.all(answers)).map(({ body }) => body);
    };
    expect([await turn(), await turn()]).toEqual([
      ['1', '1'],
      ['2', '2'],
    ]);
    const apart = [shared.get('GET', '/health'), shared.get('POST', '/health')];
    scheduler.advance(0);
    expect((await Promise.all(apart)).map(({ status }) => status)).toEqual([200, 405]);
  });

  it('are 500 without a message when a metric of the application throws', async () => {
    const { sources } = asked();
    const registry = { contentType: 'x', metrics: () => Promise.reject(new Error('password=hunter2')) };
    const { status, body } = await metricsAnswer({ ...sources, registry }, 'GET', '/metrics');
    expect(status).toBe(500);
    expect(body).not.toMatch(/hunter2/);
  });
});
