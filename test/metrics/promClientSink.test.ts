import { Counter, Registry } from 'prom-client';
import { asyncScheduler, of, Subject } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { QueueStats, tapMetrics } from '../../operators/index.js';
import { exposeMetrics, promClientSink } from '../../src/metrics/index.js';
import { itRejectsArguments } from '../support/rejectedArguments.js';
import { scraped } from '../support/scraped.js';
import { trackingScheduler } from '../support/trackingScheduler.js';

describe('promClientSink', () => {
  it('exposes the counts and times of tapMetrics as counters and histograms, in seconds and cumulative', async () => {
    const registry = new Registry();
    const scheduler = trackingScheduler(new TestScheduler(() => undefined));
    const source = new Subject<number>();
    source
      .pipe(tapMetrics(promClientSink({ registry, prefix: 'shop_' }), { name: 'quotes', scheduler }))
      .subscribe((ms) => {
        scheduler.spend(ms);
      });
    for (const ms of [2, 40, 20_000]) source.next(ms);
    source.complete();
    const text = await registry.metrics();
    expect(text).toContain('# HELP shop_quotes_next_total Counted by tapMetrics as quotes.next.\n');
    expect(text).toContain('# TYPE shop_quotes_next_total counter\n');
    expect(text).toContain('# TYPE shop_quotes_handling_seconds histogram\n');
    const values = scraped(text);
    const bucket = (le: string): number | undefined => values.get(`shop_quotes_handling_seconds_bucket{le="${le}"}`);
    expect(['0.001', '0.0025', '0.05', '10', '+Inf'].map(bucket)).toEqual([0, 1, 2, 2, 3]);
    expect(values.get('shop_quotes_handling_seconds_sum')).toBeCloseTo(20.042, 12);
    expect(values.get('shop_quotes_handling_seconds_count')).toBe(3);
    const ends = ['subscribe', 'next', 'complete', 'error', 'unsubscribe'];
    expect(ends.map((end) => values.get(`shop_quotes_${end}_total`))).toEqual([1, 3, 1, 0, 0]);
  });

  it('is read in the format of OpenMetrics too', async () => {
    const registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    const sink = promClientSink({ registry });
    of(1)
      .pipe(tapMetrics(sink, { name: 'q', scheduler: asyncScheduler }))
      .subscribe();
    for (let scrape = 0; scrape < 2; scrape += 1) {
      const text = await registry.metrics();
      expect(text).toContain('# TYPE q_next counter\n');
      expect(text).toContain('q_next_total 1\n');
      expect(text).toContain('q_handling_seconds_count 1\n');
    }
  });

  it('counts metrics of one name together, also of several sinks on one registry', async () => {
    const registry = new Registry();
    const [one, other] = [promClientSink({ registry }), promClientSink({ registry })];
    for (const sink of [one, one, other])
      of(1, 2)
        .pipe(tapMetrics(sink, { name: 'q' }))
        .subscribe();
    const values = scraped(await registry.metrics());
    expect([values.get('q_subscribe_total'), values.get('q_next_total')]).toEqual([3, 6]);
  });

  it('turns any name into one that Prometheus accepts', async () => {
    const registry = new Registry();
    of(1)
      .pipe(tapMetrics(promClientSink({ registry }), { name: '2 desks/ü' }))
      .subscribe();
    expect(scraped(await registry.metrics()).get('_2_desks___next_total')).toBe(1);
  });

  it('does not touch a metric of another owner: tapMetrics counts the refusal, and the stream goes on', async () => {
    const registry = new Registry();
    new Counter({ name: 'q_next_total', help: 'mine', registers: [registry] }).inc(7);
    const [stats, received] = [new QueueStats(), [] as number[]];
    of(1)
      .pipe(tapMetrics(promClientSink({ registry }), { name: 'q', stats }))
      .subscribe((value) => received.push(value));
    expect([received, stats.snapshot().callbackErrors]).toEqual([[1], 1]);
    const values = scraped(await registry.metrics());
    expect([values.get('q_next_total'), values.get('q_complete_total')]).toEqual([7, 1]);
    const refused = { code: 'RXQ_ARGUMENT', option: 'promClientSink.registry', value: 'q_next_total' };
    expect(() => promClientSink({ registry }).counter('q.next')).toThrow(expect.objectContaining(refused));
  });

  it('works beside the metrics of feeds, without a clash of names', () => {
    const registry = new Registry();
    promClientSink({ registry }).counter('rx_quotes_received');
    expect(() => {
      exposeMetrics({ registry, feeds: {} });
    }).toThrow(expect.objectContaining({ option: 'exposeMetrics.registry', value: 'rx_quotes_received_total' }));
    const other = new Registry();
    exposeMetrics({ registry: other, feeds: {} });
    expect(() => promClientSink({ registry: other }).counter('rx_quotes_received')).toThrow('another metric');
  });

  const registry = new Registry();
  const sink = promClientSink({ registry });
  itRejectsArguments([
    ['promClientSink', undefined, () => promClientSink(undefined as never)],
    ['promClientSink.registry', undefined, () => promClientSink({} as never)],
    ['promClientSink.prefix', 7, () => promClientSink({ registry, prefix: 7 as never })],
    ['promClientSink.prefix', '7_', () => promClientSink({ registry, prefix: '7_' })],
    ['promClientSink.prefix', 'a-b', () => promClientSink({ registry, prefix: 'a-b' })],
    ['promClientSink.labels', {}, () => promClientSink({ registry, labels: {} } as never)],
    [
      'counter.add',
      -1,
      () => {
        sink.counter('a').add(-1);
      },
    ],
    [
      'histogram.observe',
      NaN,
      () => {
        sink.histogram('a').observe(NaN);
      },
    ],
  ]);
});
