import { Counter, Registry } from 'prom-client';
import { NEVER } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { concatMapBounded, QueueStats } from '../../operators/index.js';
import { exposeMetrics, feedMetrics, samples } from '../../src/metrics/index.js';
import { playbookAliases } from '../../src/metrics/aliases.js';
import { scene } from '../feed/scene.js';
import { scraped } from '../support/scraped.js';

describe('a registry of prom-client', () => {
  it('has every metric of the catalogue with its help and type, and every value of the feed’s stats()', async () => {
    const { feed, listen, price, scheduler } = scene();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed }, aliases: false });
    listen(['AOT', 'PTT']);
    price('AOT', 70);
    price('PTT', 'seventy');
    scheduler.advance(50);
    const text = await registry.metrics();
    for (const { name, help, type } of feedMetrics) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
    }
    const expected = samples(feed.stats()).map(({ name, labels, value }): [string, number] => {
      const pairs = Object.entries({ feed: 'px', ...labels }).map(([label, of]) => `${label}="${of}"`);
      return [`${name}{${pairs.join(',')}}`, value];
    });
    const plain = [...scraped(text)].filter(([series]) => !/_seconds_/.test(series));
    expect(plain.toSorted()).toEqual(expected.toSorted());
  });

  it('has the delays as histograms in seconds, cumulative, by consumer and place', async () => {
    const { feed, scheduler, price } = scene();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    feed
      .quotes(['AOT'], { name: 'desk' })
      .pipe(feed.measureLatency('screen'))
      .subscribe(() => {
        scheduler.spend(40);
      });
    for (let sent = 0; sent < 10; sent += 1) {
      price('AOT', sent);
      scheduler.advance(200);
    }
    const text = await registry.metrics();
    expect(text).toContain('# TYPE rx_quotes_consumer_seconds histogram\n');
    const values = scraped(text);
    const desk = (le: string): number | undefined =>
      values.get(`rx_quotes_consumer_seconds_bucket{feed="px",consumer="desk",le="${le}"}`);
    expect([desk('0.025'), desk('0.05'), desk('10'), desk('+Inf')]).toEqual([0, 10, 10, 10]);
    expect(values.get('rx_quotes_consumer_seconds_sum{feed="px",consumer="desk"}')).toBeCloseTo(0.4, 12);
    expect(values.get('rx_quotes_consumer_seconds_count{feed="px",consumer="desk"}')).toBe(10);
    expect(values.get('rx_quotes_arrival_seconds_count{feed="px",place="screen"}')).toBe(10);
    expect(values.get('rx_quotes_queue_wait_seconds_bucket{feed="px",le="0.0001"}')).toBe(10);
    expect(values.get('rx_quotes_loop_delay_seconds_sum{feed="px"}')).toBe(0);
    const open = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
    open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    exposeMetrics({ registry: open, feeds: { px: feed } });
    expect(await open.metrics()).toContain('rx_quotes_queue_wait_seconds_bucket{feed="px",le="0.0001"} 10\n');
  });

  it('has symbols by name only if perSymbol is set, the same ones at every scrape, and the rest as other', async () => {
    const { feed, scheduler, price, listen, fake } = scene({ feed: { linger: 0 } });
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    const bySymbol = async (): Promise<readonly (readonly [string, number])[]> =>
      [...scraped(await registry.metrics())].filter(([series]) => series.includes('symbol='));
    const { subscription } = listen(['A']);
    listen(['B', 'C', 'D']);
    price('A', 1);
    price('C', 1);
    scheduler.advance(3000);
    price('D', 1);
    scheduler.advance(1000);
    expect(await bySymbol()).toEqual([]);
    exposeMetrics({ registry, feeds: { px: feed }, perSymbol: 2 });
    const first = [
      ['rx_quotes_symbol_state{feed="px",symbol="A",state="live"}', 1],
      ['rx_quotes_symbol_state{feed="px",symbol="B",state="awaiting"}', 1],
      ['rx_quotes_symbol_state{feed="px",symbol="other",state="live"}', 2],
      ['rx_quotes_symbol_age_seconds{feed="px",symbol="A"}', 4],
      ['rx_quotes_symbol_age_seconds{feed="px",symbol="other"}', 4],
    ];
    expect(await bySymbol()).toEqual(first);
    subscription.unsubscribe();
    scheduler.advance(0);
    fake.drop();
    expect(await bySymbol()).toEqual([
      ['rx_quotes_symbol_state{feed="px",symbol="B",state="awaiting"}', 1],
      ['rx_quotes_symbol_state{feed="px",symbol="C",state="suspect"}', 1],
      ['rx_quotes_symbol_state{feed="px",symbol="other",state="suspect"}', 1],
      ['rx_quotes_symbol_age_seconds{feed="px",symbol="C"}', 4],
      ['rx_quotes_symbol_age_seconds{feed="px",symbol="other"}', 1],
    ]);
  });

  it('never gives a symbol the name other, which the rest has', async () => {
    const { feed, listen } = scene();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed }, perSymbol: 1 });
    listen(['other', 'A', 'B']);
    const lines = (await registry.metrics()).split('\n').filter((line) => line.includes('symbol="other"'));
    expect(lines).toEqual(['rx_quotes_symbol_state{feed="px",symbol="other",state="awaiting"} 2']);
  });

  it('reads all metrics of a scrape from one call of stats(), whatever comes while it is written', async () => {
    const { feed, listen, price } = scene();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    listen(['AOT']);
    price('AOT', 70);
    const before = registry.metrics();
    price('AOT', 71);
    const after = registry.metrics();
    const received = (text: string): number | undefined => scraped(text).get('rx_quotes_received_total{feed="px"}');
    await before;
    price('AOT', 72);
    const later = await registry.metrics();
    expect([received(await before), received(await after), received(later)]).toEqual([1, 1, 3]);
    expect(scraped(later).get('rx_quotes_emitted_total{feed="px"}')).toBe(3);
  });

  it('supports OpenMetrics, JSON and single metrics; and a reset of the registry changes no count of the feed', async () => {
    const { feed, listen, price } = scene();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    listen(['AOT']);
    price('AOT', 70);
    registry.resetMetrics();
    expect(await registry.getSingleMetricAsString('rx_quotes_received_total')).toContain('{feed="px"} 1');
    const json = await registry.getMetricsAsJSON();
    expect(json.find(({ name }) => name === 'rx_quotes_emitted_total')).toMatchObject({
      type: 'counter',
      values: [{ value: 1, labels: { feed: 'px' } }],
    });
    const open = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
    open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    exposeMetrics({ registry: open, feeds: { px: feed } });
    const text = await open.metrics();
    expect(text).toContain('# TYPE rx_quotes_received counter\nrx_quotes_received_total{feed="px"} 1\n');
    expect(text).toMatch(/# EOF\n$/);
  });

  it('distinguishes several feeds by the label, also when they are added one by one', async () => {
    const [one, other] = [scene(), scene()];
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { one: one.feed } });
    exposeMetrics({ registry, feeds: { other: other.feed } });
    // Saying it twice changes nothing.
    exposeMetrics({ registry, feeds: { one: one.feed, other: other.feed } });
    one.listen(['AOT']);
    one.price('AOT', 70);
    const values = scraped(await registry.metrics());
    expect(values.get('rx_quotes_received_total{feed="one"}')).toBe(1);
    expect(values.get('rx_quotes_received_total{feed="other"}')).toBe(0);
    expect(values.get('mqtt_connected{feed="one"}')).toBe(1);
    expect(values.get('mqtt_connected{feed="other"}')).toBe(0);
  });

  it('has counters that never go down when feeds replace each other, with or without a scrape in between', async () => {
    const registry = new Registry();
    for (const scrape of [false, true]) {
      const { feed, fake, listen, price, scheduler } = scene();
      exposeMetrics({ registry, feeds: { px: feed } });
      listen(['AOT']);
      price('AOT', 70);
      price('AOT', 'seventy');
      fake.drop();
      scheduler.advance(1000);
      expect(feed.stats().epoch).toBe(1);
      if (scrape) await registry.metrics();
      await feed.close();
    }
    const third = scene();
    exposeMetrics({ registry, feeds: { px: third.feed } });
    const values = scraped(await registry.metrics());
    expect(values.get('rx_quotes_received_total{feed="px"}')).toBe(4);
    expect(values.get('rx_quotes_rejected_total{feed="px",reason="threw"}')).toBe(2);
    expect(values.get('dispatcher_events_received_total{feed="px"}')).toBe(2);
    // Gauges are those of the present feed alone.
    expect(values.get('rx_quotes_connection_epoch{feed="px"}')).toBe(-1);
  });

  it('continues the drops of a watched queue of a closed feed, by queue and reason', async () => {
    const registry = new Registry();
    for (const round of [1, 2]) {
      const { feed, price } = scene();
      exposeMetrics({ registry, feeds: { px: feed } });
      const stats = new QueueStats();
      feed.watch('store', stats);
      const work = concatMapBounded(() => NEVER, { capacity: 1, stats });
      const subscription = feed.quotes(['AOT']).pipe(work).subscribe();
      for (let sent = 0; sent < 2 + round; sent += 1) price('AOT', sent);
      subscription.unsubscribe();
      await feed.close();
    }
    const values = scraped(await registry.metrics());
    const dropped = (reason: string): number | undefined =>
      values.get(`rx_quotes_watched_dropped_total{feed="px",queue="store",reason="${reason}"}`);
    expect([dropped('capacity'), dropped('unsubscribed')]).toEqual([3, 2]);
  });

  it('counts nothing twice when a feed replaces another between two scrapes of one turn', async () => {
    const [first, second] = [scene(), scene()];
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: first.feed } });
    first.listen(['AOT']);
    first.price('AOT', 70);
    const before = registry.metrics();
    void first.feed.close();
    exposeMetrics({ registry, feeds: { px: second.feed } });
    const after = registry.metrics();
    for (const text of [await before, await after]) {
      expect(scraped(text).get('rx_quotes_received_total{feed="px"}')).toBe(1);
    }
  });

  it('keeps the counts of a closed feed', async () => {
    const { feed, listen, price } = scene();
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    listen(['AOT']);
    price('AOT', 70);
    await feed.close();
    const values = scraped(await registry.metrics());
    expect(values.get('rx_quotes_received_total{feed="px"}')).toBe(1);
    expect(values.get('mqtt_connected{feed="px"}')).toBe(0);
    expect(values.get('feed_global_alive{feed="px"}')).toBe(0);
  });

  it('may have other metrics, and labels for all metrics', async () => {
    const registry = new Registry();
    const own = new Counter({ name: 'orders_total', help: 'Orders.', registers: [registry] });
    own.inc(3);
    registry.setDefaultLabels({ desk: 'bkk' });
    exposeMetrics({ registry, feeds: { px: scene().feed } });
    const values = scraped(await registry.metrics());
    expect(values.get('orders_total{desk="bkk"}')).toBe(3);
    expect(values.get('rx_quotes_received_total{feed="px",desk="bkk"}')).toBe(0);
  });
});

describe('the playbook’s names', () => {
  it('have the meaning of the playbook, through a life with a bad frame, a loss and an eviction', async () => {
    const { feed, fake, listen, price, scheduler } = scene({ feed: { capacity: 4, staleAfter: 1000 } });
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    const reported = async (): Promise<readonly (number | undefined)[]> => {
      const values = scraped(await registry.metrics());
      return playbookAliases.map(({ name }) => values.get(`${name}{feed="px"}`));
    };
    const names = playbookAliases.map(({ name }) => name);
    expect(names).toEqual([
      'mqtt_connected',
      'mqtt_reconnect_total',
      'connection_epoch',
      'feed_global_alive',
      'dispatcher_events_received_total',
      'dispatcher_queue_depth',
      'dispatcher_overflow_total',
    ]);
    expect(await reported()).toEqual([0, 0, -1, 0, 0, 0, 0]);
    listen();
    expect(await reported()).toEqual([1, 0, 0, 0, 0, 0, 0]);
    price('AOT', 70);
    price('AOT', 'seventy');
    expect(await reported()).toEqual([1, 0, 0, 0, 1, 0, 0]);
    price('AOT', 71);
    expect(await reported()).toEqual([1, 0, 0, 1, 2, 0, 0]);
    fake.drop();
    expect(await reported()).toEqual([0, 0, 0, 0, 2, 0, 0]);
    scheduler.advance(900);
    expect(await reported()).toEqual([1, 1, 1, 0, 2, 0, 0]);
    price('AOT', 72);
    expect((await reported())[3]).toBe(1);
    scheduler.advance(1001);
    expect((await reported())[3]).toBe(0);
  });

  it('count messages lost in a full queue as overflow, and waiting messages as depth', async () => {
    const { feed, listen, scheduler, price } = scene({ feed: { maxBatch: 1, capacity: 4 } });
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: feed } });
    listen();
    for (const symbol of ['A', 'B', 'C', 'D', 'E', 'F', 'G']) price(symbol, 1);
    const [depth, overflow] = ['dispatcher_queue_depth{feed="px"}', 'dispatcher_overflow_total{feed="px"}'];
    const flooded = scraped(await registry.metrics());
    const { dropped, inFlight } = feed.stats();
    expect(flooded.get(depth)).toBe(inFlight);
    expect(inFlight).toBeGreaterThan(0);
    expect(flooded.get(overflow)).toBe(dropped['key-evicted']);
    expect(flooded.get(overflow)).toBeGreaterThan(0);
    scheduler.advance(50);
    expect(scraped(await registry.metrics()).get(depth)).toBe(0);
  });

  it('count events without a waiting subscriber not as overflow', () => {
    const stats = scene().feed.stats();
    const dropped = {
      'key-evicted': 1,
      'control-capacity': 2,
      evicted: 4,
      superseded: 40,
      overlap: 50,
      unsubscribed: 60,
    };
    const overflow = playbookAliases.find(({ name }) => name === 'dispatcher_overflow_total');
    expect(overflow?.read({ ...stats, dropped })).toBe(7);
  });

  it('can be left out', async () => {
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: scene().feed }, aliases: false });
    expect(await registry.metrics()).not.toMatch(/mqtt_|dispatcher_|feed_global|^connection_epoch/m);
  });
});

describe('exposeMetrics', () => {
  it('refuses a name of an open feed, and a foreign metric, and has added nothing then', async () => {
    const registry = new Registry();
    exposeMetrics({ registry, feeds: { px: scene().feed } });
    const before = await registry.metrics();
    expect(() => exposeMetrics({ registry, feeds: { other: scene().feed, px: scene().feed } })).toThrow(
      expect.objectContaining({ code: 'RXQ_ARGUMENT', value: 'px' }) as Error,
    );
    expect(await registry.metrics()).toBe(before);

    const taken = new Registry();
    const own = new Counter({ name: 'mqtt_connected', help: 'Mine.', registers: [taken] });
    expect(own).toBeDefined();
    expect(() => exposeMetrics({ registry: taken, feeds: { px: scene().feed } })).toThrow(/mqtt_connected.*aliases/);
    expect(taken.getMetricsAsArray()).toHaveLength(1);
    exposeMetrics({ registry: taken, feeds: { px: scene().feed }, aliases: false });
  });

  it.each([
    ['no registry', { feeds: {} }],
    ['what is no registry', { registry: {}, feeds: {} }],
    ['no feeds', { registry: new Registry() }],
    ['what is no feed', { registry: new Registry(), feeds: { px: {} } }],
    ['options it does not know', { registry: new Registry(), feeds: {}, prefix: 'x' }],
  ])('refuses %s, with a code', (_, config) => {
    expect(() => exposeMetrics(config as never)).toThrow(expect.objectContaining({ code: 'RXQ_ARGUMENT' }) as Error);
  });
});
