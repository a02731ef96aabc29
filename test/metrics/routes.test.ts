import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { ConnectionFailure } from '../../src/model/errors.js';
import { metricsAnswer, SharedAnswers } from '../../src/metrics/http/sharedAnswers.js';
import type { AnswerSources } from '../../src/metrics/http/routes.js';
import { type ServedFeed, WatchedFeed } from '../../src/metrics/http/watchedFeed.js';
import { exposeMetrics } from '../../src/metrics/index.js';
import { type Finding, findings } from '../../src/playbook/findings.js';
import { type Scene, scene, type SceneConfig } from '../feed/scene.js';
import { scraped } from '../support/scraped.js';

interface Asked extends Scene {
  readonly sources: AnswerSources;
  /** The status of an answer, and its data, or its text when it is none. */
  ask(url: string): Promise<readonly [status: number, body: unknown]>;
  /** The part of an answer that is about the feed `px`. */
  askPx(url: string): Promise<unknown>;
  /** The findings of this moment. */
  found(): readonly Finding[];
}

/** A feed by the name `px`, and further ones. */
function asked(config: SceneConfig = {}, others: Readonly<Record<string, ServedFeed>> = {}): Asked {
  const set = scene(config);
  const clock = { now: () => set.scheduler.now() };
  const feeds = Object.fromEntries(
    Object.entries({ px: set.feed, ...others }).map(([name, feed]) => [name, new WatchedFeed(feed, clock)]),
  );
  const sources: AnswerSources = { registry: new Registry(), feeds };
  const ask = async (url: string): Promise<readonly [number, unknown]> => {
    const { status, headers, body } = await metricsAnswer(sources, 'GET', url);
    return [status, headers['Content-Type'] === 'application/json' ? JSON.parse(body) : body];
  };
  return {
    ...set,
    sources,
    ask,
    askPx: async (url) => ((await ask(url))[1] as { readonly feeds: { readonly px: unknown } }).feeds.px,
    found: () => findings(set.feed, clock),
  };
}

interface Entry {
  readonly type: string;
  readonly at: string;
  readonly severity?: string;
  readonly change?: string;
}

const reset = new ConnectionFailure('network', 'broker.test:1883 reset the connection', { subcause: 'reset' });

describe('/health', () => {
  it('is 503 exactly while a critical finding stands, from the loss of the connection to the next one', async () => {
    const { ask, listen, fake, scheduler, price, found } = asked({ fake: { latency: 5 } });
    const seen = new Set<string>();
    const compare = async (): Promise<void> => {
      const [status, body] = await ask('/health');
      const isCritical = found().some(({ severity }) => severity === 'critical');
      expect(body).toMatchObject({ ok: !isCritical, feeds: { px: { ok: !isCritical } } });
      expect(status).toBe(isCritical ? 503 : 200);
      seen.add(`${String(status)} ${(body as { feeds: { px: { status: string } } }).feeds.px.status}`);
    };
    await compare();
    listen(['AOT']);
    await compare();
    scheduler.advance(20);
    price('AOT', 70);
    await compare();
    fake.drop(reset);
    for (let step = 0; step < 100; step += 1) {
      await compare();
      scheduler.advance(10);
    }
    expect([...seen]).toEqual(['200 idle', '200 connecting', '200 live', '503 waiting', '503 connecting']);
  });

  it('has of each feed its state, its symbols by state, and its findings', async () => {
    const { askPx, listen, price, fake, scheduler } = asked({ fake: { latency: 5 } });
    listen(['AOT']);
    scheduler.advance(20);
    price('AOT', 70);
    expect(await askPx('/health')).toEqual({
      ok: true,
      ready: true,
      status: 'live',
      epoch: 0,
      since: '1970-01-01T00:00:00.010Z',
      symbols: { awaiting: 0, live: 1, quiet: 0, suspect: 0, stale: 0, refused: 0 },
      findings: [],
    });
    fake.drop(reset);
    expect(await askPx('/health')).toMatchObject({
      ok: false,
      ready: false,
      status: 'waiting',
      since: '1970-01-01T00:00:00.020Z',
      findings: [
        { code: expect.stringMatching(/^RXP_/), severity: 'critical', symptom: expect.stringMatching(/reset/) },
      ],
    });
  });

  it('stays 200 for a warning: one of two symbols is stale', async () => {
    const { ask, found, listen, price, scheduler } = asked({ feed: { staleAfter: 1000 } });
    listen(['AOT', 'PTT']);
    price('AOT', 70);
    price('PTT', 33);
    scheduler.advance(600);
    price('PTT', 34);
    scheduler.advance(600);
    expect(found().map(({ severity }) => severity)).toEqual(['warning']);
    expect(await ask('/health')).toMatchObject([200, { ok: true, feeds: { px: { symbols: { stale: 1 } } } }]);
  });

  it('is 503 when one of two feeds has a critical finding, and says which', async () => {
    const { ask, listen, fake } = asked({}, { other: scene().feed });
    listen(['AOT']);
    fake.drop(reset);
    expect(await ask('/health')).toMatchObject([503, { ok: false, feeds: { px: { ok: false }, other: { ok: true } } }]);
  });
});

describe('/live', () => {
  it('is 200 also while a critical finding stands', async () => {
    const { ask, listen, fake } = asked();
    listen(['AOT']);
    fake.drop(reset);
    expect((await ask('/health'))[0]).toBe(503);
    expect(await ask('/live')).toEqual([200, { live: true }]);
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

describe('/findings', () => {
  it('has what findings() returns at this moment, with times as ISO 8601', async () => {
    const { askPx, listen, fake, found } = asked();
    expect(await askPx('/findings')).toEqual([]);
    listen(['AOT']);
    fake.drop(reset);
    const [finding] = found();
    expect(await askPx('/findings')).toMatchObject([
      { code: finding?.code, symptom: finding?.symptom, fixes: finding?.fixes, severity: 'critical' },
    ]);
    expect(JSON.stringify(await askPx('/findings'))).not.toMatch(/"(since|last)": *\d/);
  });
});

describe('/symbols', () => {
  it('has each symbol with its state, market and age in ms, of all states or of those in the query', async () => {
    const { askPx, listen, price, scheduler } = asked({ fake: { suback: (topic) => (topic === 'px/BAD' ? 128 : 0) } });
    listen(['AOT', 'PTT', 'BAD']);
    price('AOT', 70);
    scheduler.advance(40);
    const aot = { symbol: 'AOT', state: 'live', market: 'unknown', age: 40 };
    const ptt = { symbol: 'PTT', state: 'awaiting', market: 'unknown' };
    const bad = { symbol: 'BAD', state: 'refused', market: 'unknown' };
    expect(await askPx('/symbols')).toEqual([aot, ptt, bad]);
    expect(await askPx('/symbols?state=refused,awaiting')).toEqual([ptt, bad]);
    expect(await askPx('/symbols?state=live&state=refused')).toEqual([aot, bad]);
    expect(await askPx('/symbols?state=stale')).toEqual([]);
  });

  it('is 400 for an unknown state, with the valid ones', async () => {
    const valid = 'awaiting, live, quiet, suspect, stale, refused';
    for (const state of ['old', '', 'stale,', 'STALE']) {
      const [status, text] = await asked().ask(`/symbols?state=${state}`);
      expect([status, text]).toEqual([400, expect.stringContaining(`is not valid: pass one of ${valid}.`)]);
    }
  });
});

describe('/explain', () => {
  it('explains a symbol by every feed that has it', async () => {
    const other = scene();
    const { ask, feed, listen, price } = asked({}, { other: other.feed, idle: scene().feed });
    listen(['AOT']);
    other.listen(['AOT']);
    price('AOT', 70);
    const [status, body] = await ask('/explain?symbol=AOT');
    expect([status, body]).toMatchObject([
      200,
      {
        symbol: 'AOT',
        feeds: {
          px: [
            {
              topic: 'px/AOT',
              state: 'live',
              why: feed.explain('AOT')[0]?.why,
              receivedAt: '1970-01-01T00:00:00.000Z',
            },
          ],
          other: [{ topic: 'px/AOT', state: 'awaiting' }],
        },
      },
    ]);
    expect(body).not.toHaveProperty('feeds.idle');
    expect((await ask('/explain?symbol=AOT&feed=other'))[1]).not.toHaveProperty('feeds.px');
  });

  it.each([
    ['/explain?symbol=XX', 404, /^No feed has a subscriber for "XX"\. \/symbols lists the symbols of every feed\.\n$/],
    ['/explain', 400, /^symbol is missing: pass one, e\.g\. \/explain\?symbol=AOT\.\n$/],
    ['/explain?symbol=', 400, /^symbol is missing/],
    ['/explain?symbol=A%2FB', 400, /^explain\.symbol is "A\/B": /],
    [`/explain?symbol=${'A'.repeat(500)}`, 400, /^explain\.symbol is a text that is not shown: /],
  ])('answers %s with %d and a text', async (url, expected, text) => {
    const { ask, listen } = asked();
    listen(['AOT']);
    const [status, body] = await ask(url);
    expect([status, body]).toEqual([expected, expect.stringMatching(text)]);
  });
});

describe('/events', () => {
  it('has the journal, oldest first, with times as ISO 8601', async () => {
    const { askPx, listen, fake, price, scheduler } = asked({ fake: { latency: 5 } });
    listen(['AOT']);
    scheduler.advance(20);
    price('AOT', 70);
    fake.drop(reset);
    const { entries, lost } = (await askPx('/events')) as { entries: Entry[]; lost: number };
    expect(lost).toBe(0);
    expect(entries.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['connection', 'topics', 'gap', 'connection']),
    );
    expect(entries.find(({ type }) => type === 'gap')).toMatchObject({
      at: '1970-01-01T00:00:00.020Z',
      gap: { cause: 'link', phase: 'open', lostAt: '1970-01-01T00:00:00.020Z' },
      count: 2,
      topics: ['px/AOT', 'market'],
    });
    const times = entries.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
    const last = (await askPx('/events?limit=2')) as { entries: unknown[]; lost: number };
    expect(last).toEqual({ entries: entries.slice(-2), lost: entries.length - 2 });
  });

  it('has the findings that requests saw raised and cleared, between the entries of the journal', async () => {
    const { askPx, ask, listen, fake, price, scheduler } = asked({ fake: { latency: 5 } });
    listen(['AOT']);
    scheduler.advance(20);
    price('AOT', 70);
    fake.drop(reset);
    await ask('/health');
    scheduler.advance(2_000);
    price('AOT', 71);
    await ask('/ready');
    const { entries } = (await askPx('/events')) as { entries: Entry[] };
    const found = entries.filter(({ type }) => type === 'finding');
    expect(found.filter(({ severity }) => severity === 'critical')).toMatchObject([
      { at: '1970-01-01T00:00:00.020Z', change: 'raised', symptom: expect.stringMatching(/reset/) as string },
      { at: '1970-01-01T00:00:02.020Z', change: 'cleared' },
    ]);
    const types = entries.map(({ type }) => type);
    expect(types.indexOf('finding')).toBeGreaterThan(types.indexOf('gap'));
    expect(types.indexOf('finding')).toBeLessThan(types.lastIndexOf('connection'));
  });

  it('has one entry for a finding that stands while its names change, also without another request before', async () => {
    const { askPx, listen, price, scheduler } = asked({ feed: { staleAfter: 1000 } });
    listen(['AOT', 'PTT', 'KBANK']);
    const codes: unknown[] = [];
    for (const symbol of ['KBANK', 'AOT', 'PTT']) price(symbol, 70);
    for (const live of [['AOT', 'PTT'], ['PTT']]) {
      scheduler.advance(600);
      for (const symbol of live) price(symbol, 71);
      scheduler.advance(600);
      const { entries } = (await askPx('/events')) as { entries: Entry[] };
      codes.push(entries.flatMap(({ change, severity }) => (change === undefined ? [] : [`${change} ${severity}`])));
    }
    expect(codes).toEqual([['raised warning'], ['raised warning']]);
  });

  it.each(['0', '501', '-1', '1.5', '1e2', 'x', ''])('is 400 for the limit %j, with the bounds', async (limit) => {
    const [status, text] = await asked().ask(`/events?limit=${limit}`);
    expect([status, text]).toEqual([400, expect.stringContaining('is not valid: pass one of 1 to 500.')]);
  });
});

describe('the routes', () => {
  it.each(['/findings', '/symbols', '/events'])('%s has the feeds that the query names, or all', async (path) => {
    const { ask } = asked({}, { other: scene().feed });
    const feedsIn = async (url: string): Promise<readonly string[]> =>
      Object.keys(((await ask(url))[1] as { readonly feeds: object }).feeds);
    expect(await feedsIn(path)).toEqual(['px', 'other']);
    expect(await feedsIn(`${path}?feed=other`)).toEqual(['other']);
    expect(await feedsIn(`${path}?feed=other&feed=px`)).toEqual(['px', 'other']);
    expect(await ask(`${path}?feed=toString`)).toEqual([400, 'feed="toString" is not valid: pass one of px, other.\n']);
  });

  it.each(['/findings', '/symbols', '/events', '/explain'])('%s is 400 for an unknown parameter', async (path) => {
    const [status, text] = await asked().ask(`${path}?symbols=AOT`);
    expect([status, text]).toEqual([
      400,
      expect.stringMatching(/^"symbols" is no parameter of this page: pass feed(, \w+)?\.\n$/),
    ]);
  });

  it.each(['/live', '/ready', '/health', '/metrics'])('%s ignores a query', async (path) => {
    expect((await asked().ask(`${path}?cache=7`))[0]).toBe(200);
  });

  it('serve the registry with its content type', async () => {
    const { sources, feed } = asked();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    const { status, headers, body } = await metricsAnswer({ ...sources, registry }, 'GET', '/metrics');
    expect([status, headers]).toEqual([200, { 'Content-Type': registry.contentType }]);
    expect(scraped(body).get('mqtt_connected{feed="px"}')).toBe(0);
  });

  it.each(['/', '/metrics/', '/health/x', '/__proto__', '/constructor', ''])(
    'are 404 for %s, with the list of pages',
    async (path) => {
      const pages = '/live, /ready, /health, /findings, /symbols, /explain, /events, /metrics';
      expect(await asked().ask(path)).toEqual([404, `There is no such page. The pages are ${pages}.\n`]);
    },
  );

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS', ''])('are 405 for %s, with the allowed methods', async (method) => {
    const { status, headers } = await metricsAnswer(asked().sources, method, '/metrics');
    expect([status, headers.Allow]).toEqual([405, 'GET, HEAD']);
  });

  it('are 500 without a message when a metric of the application throws', async () => {
    const { sources } = asked();
    const registry = { contentType: 'x', metrics: () => Promise.reject(new Error('password=hunter2')) };
    const { status, body } = await metricsAnswer({ ...sources, registry }, 'GET', '/metrics');
    expect(status).toBe(500);
    expect(body).not.toMatch(/hunter2/);
  });
});

describe('requests of one turn of the event loop', () => {
  it('share one reading when they are equal, and the next turn reads again', async () => {
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
  });

  it('have answers of their own when method or query differ', async () => {
    const { sources, scheduler } = asked();
    const shared = new SharedAnswers(sources, scheduler);
    const apart = ['/events', '/events?limit=0', '/events?limit=9'].map((url) => shared.get('GET', url));
    apart.push(shared.get('POST', '/events'));
    scheduler.advance(0);
    expect((await Promise.all(apart)).map(({ status }) => status)).toEqual([200, 400, 200, 405]);
  });

  it('are at most 32 different ones: further ones get 503, until the next turn', async () => {
    const { sources, scheduler } = asked();
    const shared = new SharedAnswers(sources, scheduler);
    const urls = Array.from({ length: 40 }, (_, index) => `/events?limit=${String(index + 1)}`);
    const first = urls.map((url) => shared.get('GET', url));
    scheduler.advance(0);
    const statuses = (await Promise.all(first)).map(({ status }) => status);
    expect(statuses).toEqual([...new Array<number>(32).fill(200), ...new Array<number>(8).fill(503)]);
    const late = shared.get('GET', '/events?limit=40');
    scheduler.advance(0);
    expect((await late).status).toBe(200);
  });

  it('with an address of more than 1000 characters get 414', async () => {
    const { sources, scheduler } = asked();
    const shared = new SharedAnswers(sources, scheduler);
    const fill = (length: number): string => '/health?'.padEnd(length, 'x');
    const both = [shared.get('GET', fill(1000)), shared.get('GET', fill(1001))];
    scheduler.advance(0);
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 414]);
  });
});
