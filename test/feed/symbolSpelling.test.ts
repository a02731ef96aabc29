import { describe, expect, test } from 'vitest';
import { quoteFeed, type Venue } from '../../src/index.js';
import { settradeData, type SettradeEvent } from '../../src/settrade/settradeData.js';
import { fakeTransport, type FakeTransport, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { payloadOf } from '../support/goldenBidOfferV3.js';
import { goldenMessages } from '../support/goldenMessages.js';
import { scene } from './scene.js';

const venue: Venue<SettradeEvent> = {
  ...settradeData,
  endpoints: () => [{ url: 'mqtt://broker.test' }],
  sessions: 'unknown',
  onSubscribe: 'nothing',
};

/** A feed of Settrade's topics on a fake broker. */
function settradeScene() {
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ scheduler });
  const feed = quoteFeed<SettradeEvent>({ venue, transport: fake.transport, clock: virtualClock(scheduler) });
  return { fake, feed };
}

function publish(fake: FakeTransport, name: string): void {
  const golden = goldenMessages.find((one) => one.name === name);
  if (golden === undefined) throw new Error(`there is no golden message ${name}`);
  fake.publish(golden.topic, payloadOf(golden));
}

describe('a symbol of Settrade in any spelling', () => {
  test.each([[['aot']], [['aot', 'AOT']], [['AOT', 'aot']], [['Aot', 'aOT']]])(
    'is one symbol, emitted in the spelling of the venue, when consumers use %s',
    (spellings) => {
      const { fake, feed } = settradeScene();
      const said = spellings.map((spelling) => {
        const symbols: string[] = [];
        feed.priceInfos([spelling]).subscribe(({ symbol, last }) => symbols.push(`${symbol} ${String(last)}`));
        return symbols;
      });
      publish(fake, 'InfoV3/a day');
      expect(new Set(said.flat()).size).toBe(1);
      expect(said.map((symbols) => symbols[0]?.split(' ')[0])).toEqual(spellings.map(() => 'AOT'));
      expect(feed.stats()).toMatchObject({ rejected: {}, emitted: 1 });
    },
  );

  test('is subscribed to and emitted once when one call names it twice', () => {
    const { fake, feed } = settradeScene();
    const said: string[] = [];
    feed.updates(['aot', 'AOT', 'Aot']).subscribe((update) => {
      if (update.kind !== 'gap') said.push(update.symbol);
    });
    expect(fake.current.subscribes.flat().filter((topic) => topic.includes('bidofferv3'))).toEqual([
      'proto/topic/bidofferv3/AOT',
    ]);
    expect(said).toEqual(['AOT']);
  });

  test('has its bars, with the interval in the given spelling', () => {
    const { fake, feed } = settradeScene();
    const said: string[] = [];
    feed.candles(['aot'], { interval: '1m' }).subscribe(({ symbol, interval }) => said.push(`${symbol} ${interval}`));
    publish(fake, 'CandlestickV3/a bar');
    expect(said).toEqual(['AOT 1m']);
  });

  test('has an explanation', () => {
    const { feed } = settradeScene();
    feed.priceInfos(['Aot']).subscribe();
    expect(feed.explain('aOT').map(({ topic }) => topic)).toEqual(feed.explain('AOT').map(({ topic }) => topic));
    expect(feed.explain('aot')).not.toEqual([]);
  });
});

test('a symbol of a venue without a spelling rule is another symbol in another case', () => {
  const { listen, price } = scene();
  const { said } = listen(['a', 'A']);
  price('A', 1);
  expect(said).toEqual(['a awaiting', 'A awaiting', 'A 1 live unknown e0 image']);
});
