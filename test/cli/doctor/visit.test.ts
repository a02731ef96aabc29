import { concatMap } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, it } from 'vitest';
import { EndpointSource } from '../../../src/cli/doctor/endpointSource.js';
import { Visit } from '../../../src/cli/doctor/visit.js';
import { jsonQuote, mqttVenue } from '../../../src/index.js';
import { fakeTransport, virtualClock } from '../../../src/testing/index.js';

const payload = Buffer.from('{"b":1,"a":2}');

it('a look around subscribes to all topics for its moment only, names each topic once, and at most 500', () => {
  const scheduler = new TestScheduler(() => undefined);
  const clock = virtualClock(scheduler);
  const fake = fakeTransport({ scheduler });
  const venue = mqttVenue({ endpoint: 'mqtt://h', topics: 'px/{symbol}', decode: jsonQuote({ bid: 'b', ask: 'a' }) });
  const source = new EndpointSource(venue.endpoints, clock);
  const visit = new Visit({ venue, symbols: ['AOT'], source, clock, transport: fake.transport });
  const seen: (readonly string[])[] = [];
  const connection = (): (typeof fake.connections)[number] => fake.connections[0]!;
  scheduler.run(() => {
    visit
      .reached('live')
      .pipe(concatMap(() => visit.lookAround(2_000)))
      .subscribe((topics) => seen.push(topics));
    scheduler.schedule(() => {
      expect(connection().subscribes).toEqual([['px/AOT'], ['#']]);
      for (const topic of ['md/A', 'md/B', 'md/A']) fake.publish(topic, payload);
      expect(connection().unsubscribes).toEqual([]);
    }, 1_000);
    scheduler.schedule(() => {
      expect(seen).toEqual([['md/A', 'md/B']]);
      expect(connection().unsubscribes).toEqual([['#']]);
      visit.lookAround(2_000).subscribe((topics) => seen.push(topics));
      for (let count = 0; count < 600; count += 1) fake.publish(`md/${String(count)}`, payload);
      expect(seen[1]).toHaveLength(500);
      expect(connection().unsubscribes).toEqual([['#'], ['#']]);
      void visit.close();
    }, 3_000);
  });
  expect(seen).toHaveLength(2);
  expect(visit.wantedMessages).toBe(0);
});
