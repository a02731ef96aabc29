import { ConnectionFailure } from '../../src/index.js';
import { relayVenue } from '../../src/relay/relayVenue.js';
import { expect, test } from 'vitest';
import { relayScene } from './relayScene.js';

/** A reader whose AOT and PTT are live. */
function liveScene(): ReturnType<typeof relayScene> {
  const scene = relayScene(['AOT', 'PTT']);
  scene.wait(100);
  scene.status();
  scene.quote('AOT');
  scene.quote('PTT');
  scene.wait(100);
  scene.news();
  return scene;
}

test('a retained quote is suspect until its relay says that the same run and epoch are live', () => {
  const { news, beats, wait } = relayScene(['AOT'], ({ quote, status }) => {
    quote('AOT');
    status();
  });
  wait(100);
  expect(news()).toEqual(['AOT awaiting', 'AOT 61.75 suspect open image retained (live)']);
  beats(1);
  expect(news()).toEqual(['AOT 61.75 live open state (live) tradable']);
});

test.each([
  ['another run', { run: 8 }],
  ['another epoch', { epoch: 2 }],
  ['a lost feed', { state: 'lost', reason: 'the network is gone' }],
  ['its end', { state: 'ended' }],
])('a retained quote stays suspect when the status of its relay has %s', (_, fields) => {
  const { status, news, wait } = relayScene(['AOT'], ({ quote }) => {
    quote('AOT');
  });
  wait(100);
  news();
  status(fields);
  wait(100);
  expect(news().filter((said) => said.startsWith('AOT'))).toEqual([]);
});

test('a retained status makes no quote live', () => {
  const { news, wait } = relayScene(['AOT'], ({ status, quote }) => {
    status();
    quote('AOT');
  });
  wait(900);
  expect(news().at(-1)).toBe('AOT 61.75 suspect open image retained (live)');
});

test('a quote that comes before the first status of its relay is live with that status', () => {
  const { status, quote, news, wait } = relayScene(['AOT']);
  wait(100);
  quote('AOT');
  news();
  status();
  expect(news()).toEqual(['AOT 61.75 live open state (live) tradable']);
});

test.each(['quiet', 'suspect', 'stale', 'refused'])('a quote that is %s upstream is %s here', (state) => {
  const { quote, news } = liveScene();
  quote('AOT', { state, change: 'state' });
  expect(news()).toEqual([`AOT 61.75 ${state} open state (${state})`]);
});

test('the market of a quote upstream is its market here', () => {
  const { quote, news } = liveScene();
  quote('AOT', { market: 'closed', change: 'state' });
  expect(news()).toEqual(['AOT 61.75 live closed state (live)']);
});

test('a lost feed of the relay makes all quotes suspect, with a gap, and its next images make them live', () => {
  const { quote, status, news } = liveScene();
  status({ state: 'lost', reason: 'the link was lost' });
  expect(news()).toEqual([
    'gap upstream open: rx-quotes/quote/AOT rx-quotes/quote/PTT',
    'AOT 61.75 suspect open state (live)',
    'PTT 61.75 suspect open state (live)',
  ]);
  status({ epoch: 2 });
  expect(news()).toEqual(['gap upstream closed: rx-quotes/quote/AOT rx-quotes/quote/PTT']);
  quote('AOT', { epoch: 2, bid: 62 });
  expect(news()).toEqual(['AOT 62 live open image (live) tradable']);
});

test('quotes are live again with the status when the feed of the relay was silent and kept its connection', () => {
  const { status, news } = liveScene();
  status({ state: 'lost', reason: 'the broker does not answer' });
  news();
  status();
  expect(news().slice(1)).toEqual([
    'AOT 61.75 live open state (live) tradable',
    'PTT 61.75 live open state (live) tradable',
  ]);
});

test('the end of a relay makes its quotes suspect at once, with a gap of its own cause', () => {
  const { status, news, feed } = liveScene();
  status({ state: 'ended' });
  expect(news()).toEqual([
    'gap relay open: rx-quotes/quote/AOT rx-quotes/quote/PTT',
    'AOT 61.75 suspect open state (live)',
    'PTT 61.75 suspect open state (live)',
  ]);
  expect(feed.explain('AOT')[0]?.why).toContain('suspect: the relay gives this state: relay 1 ended');
  expect(feed.stats().relays?.states).toMatchObject([{ relay: '1', state: 'ended' }]);
});

test('a relay that sends no status for three heartbeats makes its quotes suspect', () => {
  const { status, beats, wait, news, feed } = liveScene();
  beats(5);
  expect(news()).toEqual([]);
  wait(1_900);
  expect(news()).toEqual([]);
  wait(200);
  expect(news()).toContain('AOT 61.75 suspect open state (live)');
  expect(feed.stats().relays?.states).toMatchObject([{ state: 'silent' }]);
  status();
  expect(news()).toContain('AOT 61.75 live open state (live) tradable');
});

test('a relay that comes back under the same run after its last will is believed', () => {
  const { status, news } = liveScene();
  status({ state: 'ended', sequence: 4_294_967_295 });
  news();
  status({ sequence: 2 });
  expect(news()).toContain('AOT 61.75 live open state (live) tradable');
});

test.each([
  [
    'ended',
    ({ status }: ReturnType<typeof liveScene>) => {
      status({ state: 'ended', sequence: 4_294_967_295 });
    },
  ],
  [
    'was silent',
    ({ wait }: ReturnType<typeof liveScene>) => {
      wait(3_100);
    },
  ],
])('a relay that %s makes an old image live by its next message only, when statuses are missing', (_, gone) => {
  const scene = liveScene();
  gone(scene);
  scene.status({ sequence: 3 });
  scene.news();
  scene.status({ sequence: 4 });
  expect(scene.news()).toEqual([]);
  scene.quote('AOT', { change: 'refresh' });
  expect(scene.news()).toEqual(['AOT 61.75 live open state (live) tradable']);
});

test.each([
  ['the last one', { sequence: 1 }],
  ['a last will', { state: 'ended', sequence: 4_294_967_295 }],
])('a retained quote stays suspect when statuses are missing after %s that was retained', (_, retained) => {
  const { status, quote, news, wait } = relayScene(['AOT'], (scene) => {
    scene.quote('AOT');
    scene.status(retained);
  });
  wait(100);
  news();
  status({ sequence: 3 });
  status({ sequence: 4 });
  expect(news()).toEqual([]);
  quote('AOT', { change: 'refresh' });
  expect(news()).toEqual(['AOT 61.75 live open state (live) tradable']);
});

test('a run that is back after another one makes an old image live by its next message only, when statuses are missing', () => {
  const { status, quote, news } = liveScene();
  status({ run: 8, sequence: 1 });
  status({ sequence: 5 });
  expect(news().filter((line) => line.includes('live open'))).toEqual([]);
  quote('AOT', { change: 'refresh' });
  expect(news()).toEqual(['AOT 61.75 live open state (live) tradable']);
});

test('a status with a number that is not above the last is ignored', () => {
  const { status, news } = liveScene();
  status({ sequence: 50 });
  status({ sequence: 49, state: 'lost' });
  expect(news()).toEqual([]);
});

test('a new run of the relay makes quotes live only by its own images', () => {
  const { status, quote, news } = liveScene();
  status({ run: 8, sequence: 1 });
  expect(news()).toContain('AOT 61.75 suspect open state (live)');
  quote('AOT', { run: 8, counter: 1, bid: 62 });
  expect(news()).toEqual(['AOT 62 live open image (live) tradable']);
});

test('a quote of an older epoch than the status of its relay is not emitted', () => {
  const { status, quote, news, feed } = liveScene();
  status({ epoch: 2 });
  news();
  quote('AOT', { epoch: 1, bid: 60 });
  expect(news()).toEqual([]);
  expect(feed.last('AOT')?.bid).toBe(61.75);
  expect(feed.stats().dropped).toEqual({ superseded: 1 });
});

test('a quote with a counter that is not above the last is not emitted', () => {
  const { quote, news, feed } = liveScene();
  quote('AOT', { counter: 5, bid: 62 });
  news();
  quote('AOT', { counter: 4, bid: 60 });
  expect(news()).toEqual([]);
  expect(feed.stats().dropped).toEqual({ superseded: 1 });
});

test('a jump of the counter is a loss: a gap, a suspect quote, and a live image after it', () => {
  const { quote, news, feed } = liveScene();
  quote('AOT', { counter: 4, bid: 62 });
  expect(news()).toEqual([
    'gap relay open: rx-quotes/quote/AOT',
    'AOT 61.75 suspect open state (live)',
    'gap relay closed: rx-quotes/quote/AOT',
    'AOT 62 live open image (live) tradable',
  ]);
  expect(feed.stats().relays?.lost).toBe(2);
});

test('a refresh of a live quote is not emitted, and keeps it from being stale', () => {
  const { quote, beats, news, feed } = liveScene();
  for (let round = 0; round < 6; round++) {
    beats(9);
    for (const symbol of ['AOT', 'PTT']) quote(symbol, { change: 'refresh' });
  }
  expect(news()).toEqual([]);
  expect(feed.stats().dropped).toEqual({ overlap: 12 });
});

test('a retained copy that is newer than the quote replaces it, also when the quote is live', () => {
  const { fake, feed, quote, news } = liveScene();
  // The broker drops this message for this reader, and sends its copy for a further subscription.
  const silent = fake.current;
  silent.subscribed.clear();
  quote('AOT', { bid: 62 });
  silent.subscribed.add('rx-quotes/quote/AOT').add('rx-quotes/quote/PTT').add('rx-quotes/relay/+');
  feed.updates().subscribe();
  expect(news()).toEqual(['AOT 62 live open image (live) tradable']);
});

test('a refresh that replaces a waiting image in a queue gives its quote', () => {
  const { fake, feed, news } = liveScene();
  const head = { run: 7, epoch: 1, state: 'live', market: 'open', receivedAt: 0, age: 5 };
  const send = (counter: number, change: string): void => {
    const book = { depth: 1, bidFlag: 'normal', askFlag: 'normal', bid: 62, ask: 70, bidVolume: 1, askVolume: 1 };
    fake.current.send('rx-quotes/quote/AOT', JSON.stringify({ ...head, counter, change, quote: book }));
  };
  // A consumer's call takes in two messages, of which the second replaces the first.
  const again = feed.updates(['PTT']).subscribe(({ kind, ...update }) => {
    if (kind !== 'quote' || !('bid' in update) || update.bid !== 50) return;
    send(2, 'image');
    send(3, 'refresh');
  });
  const quote = { depth: 1, bidFlag: 'normal', askFlag: 'normal', bid: 50, ask: 70, bidVolume: 1, askVolume: 1 };
  fake.current.send('rx-quotes/quote/PTT', JSON.stringify({ ...head, counter: 2, change: 'image', quote }));
  again.unsubscribe();
  expect(feed.stats().conflated).toBe(1);
  expect(news().at(-1)).toBe('AOT 62 live open state (live) tradable');
});

test('a refresh gives the market again after a status that could not be read', () => {
  const { fake, quote, news } = liveScene();
  fake.current.send('rx-quotes/relay/1', 'no status');
  expect(news()).toContain('AOT 61.75 live unknown state (live)');
  quote('AOT', { change: 'refresh' });
  expect(news()).toEqual(['AOT 61.75 live open state (live) tradable']);
});

test('a symbol whose refreshes stay out is stale, while its relay lives', () => {
  const { quote, beats, news } = liveScene();
  for (let round = 0; round < 3; round++) {
    beats(9);
    quote('PTT', { change: 'refresh' });
  }
  expect(news()).toEqual(['AOT 61.75 stale open state (live)']);
});

test('a refresh after a loss makes a quote live again', () => {
  const { quote, news } = liveScene();
  quote('AOT', { counter: 3, change: 'refresh', bid: 62 });
  expect(news().at(-1)).toBe('AOT 62 live open state (live) tradable');
});

test('after a loss of the own link no status makes the old image live, and its next message does', () => {
  const { fake, status, quote, wait, news } = liveScene();
  fake.drop(new ConnectionFailure('network', 'reset'));
  expect(news()).toContain('AOT 61.75 suspect unknown state (live)');
  fake.publish('rx-quotes/quote/AOT', '', { retain: true });
  wait(3_000);
  status();
  expect(news().filter((said) => said.startsWith('AOT'))).toEqual([]);
  quote('AOT');
  expect(news()).toEqual(['AOT 61.75 live open image (live) tradable']);
});

test('a symbol that upstream refuses has the state refused without an image', () => {
  const { fake, status, wait, news } = relayScene(['XXX']);
  wait(100);
  status();
  news();
  const head = {
    run: 7,
    epoch: 1,
    counter: 1,
    state: 'refused',
    market: 'unknown',
    change: 'state',
    receivedAt: 0,
    age: 0,
  };
  fake.publish('rx-quotes/quote/XXX', JSON.stringify({ ...head, quote: { symbol: 'XXX' } }));
  expect(news()).toEqual(['XXX refused']);
});

test('an upstream gap of some symbols is a gap of these, while the feed of the relay is live', () => {
  const { status, news } = liveScene();
  status({ gap: { cause: 'stall', fromEpoch: 1, lostAt: 5, symbols: ['PTT'] } });
  expect(news()).toEqual(['gap upstream open: rx-quotes/quote/PTT']);
  status();
  expect(news()).toEqual(['gap upstream closed: rx-quotes/quote/PTT']);
});

test('quotes of two relays are trusted by the status of their own relay', () => {
  const { status, quote, news } = liveScene();
  status({ index: 2, run: 9 });
  quote('PTT', { run: 9, counter: 1, bid: 40 });
  news();
  status({ index: 2, run: 9, sequence: 90, state: 'ended' });
  expect(news()).toEqual(['gap relay open: rx-quotes/quote/PTT', 'PTT 40 suspect open state (live)']);
});

/** The states of the connection that a feed shows from now on. */
function shown(feed: ReturnType<typeof relayScene>['feed']): string[] {
  const states: string[] = [];
  feed.state$.subscribe((state) => {
    states.push('detail' in state ? state.detail : state.status);
  });
  return states;
}

test('the feed is silent, with the reason, while no relay gives live quotes', () => {
  const { status, feed, beats } = liveScene();
  const states = shown(feed);
  beats(3);
  status({ state: 'lost', reason: 'the network is gone' });
  status({ state: 'ended' });
  status();
  expect(states).toEqual(['live', 'the feed of relay 1 is lost: the network is gone', 'relay 1 ended', 'live']);
});

test('the reason and the gap follow the status of a relay whose feed stays lost', () => {
  const { status, feed, news } = liveScene();
  const states = shown(feed);
  const gap = { cause: 'stall', fromEpoch: 1, lostAt: 5 };
  status({ state: 'lost', reason: 'not connected after RXQ_NETWORK (reset)' });
  status({ state: 'lost', reason: 'rejected after RXQ_AUTH' });
  status({ gap: { ...gap, symbols: ['AOT'] } });
  news();
  status({ gap: { ...gap, symbols: ['AOT', 'PTT'] } });
  expect(states.slice(-2)).toEqual(['the feed of relay 1 is lost: rejected after RXQ_AUTH', 'live']);
  expect(news()).toEqual([
    'gap upstream closed: rx-quotes/quote/AOT',
    'gap upstream open: rx-quotes/quote/AOT rx-quotes/quote/PTT',
  ]);
});

test('the feed stays live while one of two relays gives live quotes', () => {
  const { status, feed } = liveScene();
  status({ index: 2, run: 9 });
  const states = shown(feed);
  status({ state: 'ended' });
  status({ index: 2, run: 9, state: 'ended' });
  expect(states).toEqual(['live', 'relay 1 ended; relay 2 ended']);
});

test('a feed that gets no status within 3 s is silent, and replaces its connection again and again', () => {
  const { feed, fake, wait, quote } = relayScene(['AOT']);
  const states = shown(feed);
  wait(2_900);
  quote('AOT');
  expect(states.at(-1)).toBe('live');
  wait(200);
  expect(states.at(-1)).toBe('no relay sends a status');
  wait(30_000);
  expect(fake.connections.length).toBeGreaterThan(2);
});

test('a relay that ended is no reason to replace the connection', () => {
  const { fake, status, wait } = liveScene();
  status({ state: 'ended' });
  wait(60_000);
  expect(fake.connections).toHaveLength(1);
});

test('a relay that ended stays ended while another one is silent', () => {
  const { feed, fake, status, wait, seen } = liveScene();
  status({ index: 2, run: 9 });
  status({ index: 2, run: 9, state: 'ended' });
  wait(1_000);
  status();
  wait(20_000);
  expect(feed.stats().relays?.states).toMatchObject([{ state: 'silent' }, { state: 'ended' }]);
  expect(seen.filter((line) => line.startsWith('gap relay open'))).toHaveLength(2);
  expect(fake.connections).toHaveLength(1);
});

test('the late last will of another run changes nothing', () => {
  const { status, news } = liveScene();
  status({ run: 6, state: 'ended', sequence: 4_294_967_295 });
  expect(news()).toEqual([]);
});

test('a feed that gets no status within 3 s of a stall is silent', () => {
  const { feed, fake, wait } = liveScene();
  const states = shown(feed);
  fake.current.late(3_000);
  wait(2_900);
  expect(states.at(-1)).toBe('live');
  wait(200);
  expect(states.at(-1)).toBe('no relay sends a status');
});

test.each(['S & J', '50%', 'a%20b'])(
  'the symbol %s has a topic without a space, and its own name in the quote',
  (symbol) => {
    const level = symbol.replaceAll('%', '%25').replaceAll(' ', '%20');
    const { fake, status, news, wait } = relayScene([symbol]);
    wait(100);
    status();
    news();
    expect([...fake.current.subscribed]).toContain(`rx-quotes/quote/${level}`);
    const head = {
      run: 7,
      epoch: 1,
      counter: 1,
      state: 'live',
      market: 'open',
      change: 'image',
      receivedAt: 0,
      age: 0,
    };
    const quote = { depth: 1, bidFlag: 'normal', askFlag: 'normal', bid: 5, ask: 6, bidVolume: 1, askVolume: 1 };
    fake.publish(`rx-quotes/quote/${level}`, JSON.stringify({ ...head, quote }));
    expect(news()).toEqual([`${symbol} 5 live open image (live) tradable`]);
  },
);

test('a wildcard subscription follows every symbol of the relay', () => {
  const { status, quote, news, wait } = relayScene(undefined);
  wait(100);
  status();
  quote('AOT');
  expect(news()).toEqual(['AOT 61.75 live open image (live) tradable']);
});

test('a closed feed leaves no timer, also after a status', () => {
  const { feed, scheduler, wait } = liveScene();
  void feed.close();
  wait(10_000);
  expect(scheduler.pending).toBe(0);
});

test('the quotes of a relay have the time and the age of their image upstream', () => {
  const { feed, quote } = liveScene();
  quote('AOT', { receivedAt: 1_234, age: 56 });
  expect(feed.last('AOT')?.upstream).toEqual({ state: 'live', epoch: 1, receivedAt: 1_234, age: 56 });
});

test.each([
  [{ prefix: 'a/+' }, 'relayVenue.prefix'],
  [{ prefix: '' }, 'relayVenue.prefix'],
  [{ prefix: '$SYS/x' }, 'relayVenue.prefix'],
  [{ prefix: 5 }, 'relayVenue.prefix'],
  [{ perfix: 'x' }, 'perfix'],
])('relayVenue refuses %o and names the option', (options, named) => {
  const config = { url: 'ws://broker.example', ...options } as Parameters<typeof relayVenue>[0];
  expect(() => relayVenue(config)).toThrow(named);
});

test('relayVenue without a url names the option', () => {
  expect(() => relayVenue({} as Parameters<typeof relayVenue>[0])).toThrow('relayVenue.url');
});
