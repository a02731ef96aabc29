import { afterEach, describe, expect, it } from 'vitest';
import { decodeBidOfferV3 } from '../../../src/settrade/index.js';
import { decodeInfoV3 } from '../../../src/settrade/decodeInfoV3.js';
import { decodeEquityExchangeInfoV3 } from '../../../src/settrade/decodeExchangeInfoV3.js';
import { type SimulatedVenue, type SimulatedVenueConfig, startSimulatedVenue } from '../../../src/testing/index.js';
import { until } from '../../contract/openConnection.js';
import { connectTo, type Got, readByProto, type VenueClient } from './venueClient.js';

const readInfo = readByProto('infov3.proto', 'InfoV3');
const readMarket = readByProto('exchinfoeqv3.proto', 'EquityExchangeInfoV3');

const running: { venue: SimulatedVenue; client: VenueClient }[] = [];

async function opened(config: SimulatedVenueConfig = {}): Promise<{ venue: SimulatedVenue } & VenueClient> {
  const venue = await startSimulatedVenue({ symbols: ['AOT', 'PTT'], rate: 0, ...config });
  const client = await connectTo(venue);
  running.push({ venue, client });
  return { venue, ...client };
}

afterEach(async () => {
  for (const { venue, client } of running.splice(0)) {
    await client.client.endAsync(true);
    await venue.stop();
  }
});

const numbers = (got: readonly Got[]): unknown[] => got.map(({ number }) => number);

describe('messages', () => {
  it('are numbered by topic, without gaps, and read as the last image', async () => {
    const { venue, got, subscribe, has } = await opened();
    const [aot, ptt] = [venue.topic('quote', 'AOT'), venue.topic('quote', 'PTT')];
    await subscribe(aot, ptt);
    const images = [];
    for (const symbol of ['AOT', 'PTT', 'AOT', 'AOT']) {
      venue.publish(symbol);
      images.push(venue.lastImage(symbol));
    }
    await has(4);
    expect(got.map(({ topic }) => topic)).toEqual([aot, ptt, aot, aot]);
    // The first of each was sent before anyone was there.
    expect(numbers(got)).toEqual([2, 2, 3, 4]);
    expect(got.map(({ payload, topic }) => decodeBidOfferV3(payload, topic))).toEqual(images);
  });

  it('have a symbol’s prices and totals after every trade', async () => {
    const { venue, got, subscribe, has } = await opened();
    await subscribe(venue.topic('info', 'AOT'));
    const before = venue.counts.published.info;
    for (let order = 0; order < 100; order++) venue.publish('AOT');
    const trades = venue.counts.published.info - before;
    expect(trades).toBeGreaterThan(5);
    await has(trades);
    const volumes = got.map(({ payload }) => readInfo(payload)['totalVolume'] as number);
    expect(volumes).toEqual([...new Set(volumes)].sort((a, b) => a - b));
    expect(readInfo(got.at(-1)!.payload)).toMatchObject({
      symbol: 'AOT',
      marketStatus: 5,
      totalValue: expect.anything(),
    });
  });

  it('have a market’s index and totals, which are those of its symbols', async () => {
    const { venue, got, subscribe, has } = await opened({ imageOnSubscribe: true });
    for (let order = 0; order < 100; order++) for (const symbol of venue.symbols) venue.publish(symbol);
    venue.enterPhase('intermission');
    await subscribe(venue.topic('market', 'SET'), 'proto/topic/infov3/+');
    await has(3);
    const infos = got.filter(({ topic }) => topic.includes('infov3')).map(({ payload }) => decodeInfoV3(payload));
    const payload = got.find(({ topic }) => topic === venue.topic('market', 'SET'))!.payload;
    const { current = NaN, high = NaN, low = NaN, netChange = NaN, ...market } = decodeEquityExchangeInfoV3(payload);
    expect(market).toEqual({
      kind: 'market',
      symbol: 'SET',
      market: 'closed',
      status: 'INTERMISSION',
      // The index of a simulated market begins at 1000 points.
      percentChange: Math.round(netChange * 10) / 100,
      totalVolume: infos.reduce((sum, { totalVolume }) => sum + totalVolume, 0),
      totalValue: Math.round(infos.reduce((sum, { totalValue }) => sum + totalValue, 0) * 100) / 100,
    });
    expect(market.totalVolume).toBeGreaterThan(0);
    expect(current).toBeGreaterThanOrEqual(low);
    expect(current).toBeLessThanOrEqual(high);
    expect(netChange).toBe(Math.round((current - 1000) * 100) / 100);
  });

  it('are the same with the same seed, for any order of the symbols', async () => {
    const paths = [];
    for (const [seed, order] of [
      [7, 'AAAAPPPP'],
      [7, 'PAPAPAPA'],
      [8, 'AAAAPPPP'],
    ] as const) {
      const { venue, got, subscribe, has } = await opened({ seed });
      await subscribe(venue.topic('quote', 'AOT'));
      for (const letter of order) venue.publish(letter === 'A' ? 'AOT' : 'PTT');
      await has(4);
      paths.push(got.map(({ payload }) => Buffer.from(payload).toString('hex')));
    }
    expect(paths[1]).toEqual(paths[0]);
    expect(paths[2]).not.toEqual(paths[0]);
  });

  it('come once to a connection whose filters overlap, and no more after it is unsubscribed', async () => {
    const { venue, client, got, subscribe, has } = await opened();
    const aot = venue.topic('quote', 'AOT');
    await subscribe(aot, 'proto/topic/bidofferv3/+', '#');
    venue.publish('AOT');
    venue.publish('PTT');
    venue.send('marker', 'end');
    await until(() => got.at(-1)?.topic === 'marker', 'the marker is there');
    expect(got.splice(0).filter(({ topic }) => topic === aot)).toHaveLength(1);
    await client.unsubscribeAsync(['#', 'proto/topic/bidofferv3/+']);
    venue.publish('PTT');
    venue.publish('AOT');
    await has(1);
    expect(got.map(({ topic }) => topic)).toEqual([aot]);
    expect(venue.counts).toMatchObject({ published: { quote: 6 }, dropped: 0 });
  });

  it('are lost, and counted, when too many bytes wait for a slow connection', async () => {
    const { venue, subscribe, has } = await opened({ sendBuffer: 1_000 });
    await subscribe(venue.topic('quote', 'AOT'));
    venue.send(venue.topic('quote', 'AOT'), new Uint8Array(1_001));
    venue.send(venue.topic('quote', 'AOT'), new Uint8Array(900));
    await has(1);
    expect(venue.counts).toMatchObject({ delivered: 1, dropped: 1 });
  });
});

describe('on subscribing', () => {
  it('nothing is sent by default', async () => {
    const { venue, got, subscribe, has } = await opened();
    await subscribe(venue.topic('quote', 'AOT'));
    venue.send(venue.topic('quote', 'AOT'), 'end');
    await has(1);
    expect(numbers(got)).toEqual([undefined]);
  });

  it.each([
    ['retained', true],
    ['imageOnSubscribe', false],
  ] as const)('%s sends each topic’s last message', async (option, retain) => {
    const { venue, got, subscribe, has } = await opened({ [option]: true });
    venue.publish('AOT');
    venue.publish('PTT');
    await subscribe('proto/topic/bidofferv3/+');
    await has(2);
    const read = got.map(({ topic, payload, ...rest }) => ({ image: decodeBidOfferV3(payload, topic), ...rest }));
    expect(read).toEqual([
      { image: venue.lastImage('AOT'), retain, number: 2 },
      { image: venue.lastImage('PTT'), retain, number: 2 },
    ]);
    venue.publish('AOT');
    await has(3);
    expect(got[2]).toMatchObject({ number: 3, retain: false });
  });
});

describe('phases', () => {
  it('are sent for the market first, then for every symbol’s prices and book', async () => {
    const { venue, got, subscribe, has } = await opened({ phase: 'closed' });
    await subscribe('proto/topic/bidofferv3/+', 'proto/topic/infov3/+', 'proto/topic/exchinfoeqv3/+');
    const reported = [];
    for (const phase of [
      'pre-open1',
      'open1',
      'intermission',
      'pre-open2',
      'open2',
      'call',
      'run-off',
      'closed',
    ] as const) {
      venue.enterPhase(phase);
      expect(venue.phase).toBe(phase);
      await has(5);
      const [market, info, quote] = got.splice(0, 5);
      reported.push([
        phase,
        (readMarket(market!.payload)['marketInfo'] as Record<string, unknown>)['marketStatus'],
        readInfo(info!.payload)['marketStatus'],
        decodeBidOfferV3(quote!.payload, quote!.topic).bidFlag,
      ]);
    }
    expect(reported).toEqual([
      ['pre-open1', 2, 2, 'ato'],
      ['open1', 5, 5, 'normal'],
      ['intermission', 7, 7, 'normal'],
      ['pre-open2', 3, 3, 'ato'],
      ['open2', 6, 6, 'normal'],
      ['call', 8, 8, 'atc'],
      ['run-off', 9, 9, 'normal'],
      ['closed', 10, 10, 'normal'],
    ]);
  });

  it('before the open have a projected price, and after it the auction’s trade', async () => {
    const { venue, got, subscribe, has } = await opened({ phase: 'pre-open1', imageOnSubscribe: true });
    await subscribe(venue.topic('info', 'AOT'));
    await has(1);
    venue.enterPhase('open1');
    await has(2);
    const [before, after] = got.map(({ payload }) => readInfo(payload));
    expect(before).toMatchObject({
      projectedOpenPrice: { currencyCode: 'THB' },
      projectedOpenVolume: expect.any(Number),
    });
    expect(before).not.toHaveProperty('last');
    expect(after).toMatchObject({ last: before!['projectedOpenPrice'], totalVolume: before!['projectedOpenVolume'] });
    expect(after).not.toHaveProperty('projectedOpenPrice');
  });

  it('keep a halt to one symbol: its status shows it and its book does not change until the halt ends', async () => {
    const { venue, got, subscribe, has } = await opened();
    await subscribe('proto/topic/infov3/+');
    const goOn = venue.halt('AOT');
    const before = venue.lastImage('AOT');
    for (let order = 0; order < 20; order++) venue.publish('AOT');
    expect(venue.lastImage('AOT')).toEqual(before);
    goOn();
    await has(2);
    expect(got.map(({ topic, payload }) => [topic, readInfo(payload)['marketStatus']])).toEqual([
      [venue.topic('info', 'AOT'), 14],
      [venue.topic('info', 'AOT'), 5],
    ]);
  });
});

describe('refuse', () => {
  const aot = 'proto/topic/bidofferv3/AOT';
  const notices = '$sys/u/_broker/_uref/error/subscribe';

  it('answers a subscription with 128, but not those of other topics, until it is undone', async () => {
    const { venue, got, subscribe, has } = await opened({ imageOnSubscribe: true });
    const grant = venue.refuse('proto/topic/bidofferv3/AOT');
    expect(await subscribe(aot, venue.topic('quote', 'PTT'))).toEqual([128, 0]);
    grant();
    expect(await subscribe(aot)).toEqual([0]);
    await has(2);
    expect(got.map(({ topic }) => topic)).toEqual([venue.topic('quote', 'PTT'), aot]);
  });

  it('grants with a notice and no data, or silently', async () => {
    const { venue, got, subscribe, has } = await opened({ imageOnSubscribe: true });
    venue.refuse('proto/topic/bidofferv3/+', 'silent');
    venue.refuse(aot, 'notice');
    expect(await subscribe(notices)).toEqual([0]);
    expect(await subscribe(aot, venue.topic('quote', 'PTT'))).toEqual([0, 0]);
    venue.publish('AOT');
    venue.publish('PTT');
    venue.send(notices, 'end');
    await has(2);
    const texts = got.map(({ topic, payload }) => [topic, Buffer.from(payload).toString()]);
    expect(texts).toEqual([
      [notices, JSON.stringify({ rejectSubscriptions: [{ topicFilter: aot, errorMessage: 'no permission' }] })],
      [notices, 'end'],
    ]);
  });
});
