import type * as crypto from 'node:crypto';
import { filter, Subscription, timer } from 'rxjs';
import type * as ws from 'ws';
import { type Listeners, startListeners } from './broker/listeners.js';
import { mqttPath, upgrade } from './broker/upgrade.js';
import { VenueBroker } from './broker/venueBroker.js';
import { Pace } from './drive/pace.js';
import { Publisher } from './drive/publisher.js';
import { shuffled } from './drive/shuffled.js';
import { VenueChannels } from './drive/venueChannels.js';
import { Market } from './market/market.js';
import { seededRandom } from './market/seededRandom.js';
import { nodeModule } from '../../nodeModule.js';
import { resolveConfig } from './resolveConfig.js';
import { answerHttp } from './rest/answerHttp.js';
import { restApi } from './rest/restApi.js';
import { secretFrom, signatureCheck } from './rest/signatureCheck.js';
import { TokenStore } from './rest/tokenStore.js';
import { PlannedFaults } from './rest/venueFault.js';
import type { SimulatedVenue } from './simulatedVenue.js';
import type { SimulatedVenueConfig, VenueConfig } from './venueConfig.js';
import { venueControls } from './venueControls.js';
import { wireEncoder } from './wire/wireEncoder.js';

/** How often the market's index is sent while orders come in, in ms. */
const indexSpan = 1_000;

async function start(config: VenueConfig): Promise<SimulatedVenue> {
  const { clock, seed } = config;
  const appSecret = config.appSecret ?? secretFrom(seededRandom(`${String(seed)} secret`));
  const cryptoModule = (await nodeModule('node:crypto')) as typeof crypto;
  const isSigned = signatureCheck(cryptoModule, 'startSimulatedVenue.appSecret', appSecret);

  const market = new Market(config.market, config.symbols, config.phase, seed, config.derivatives);
  const time = { offset: 0 };
  const now = (): number => clock.now() + time.offset;
  const channels = new VenueChannels(market, wireEncoder(), now);
  const faults = new PlannedFaults();
  const wsModule = (await nodeModule('ws')) as typeof ws;
  const broker = await VenueBroker.start(config, faults, channels.byTopic);
  const turns = shuffled([...market.instruments.values()], seededRandom(`${String(seed)} turns`));
  const publisher = new Publisher(market, channels, broker, turns);

  const date = (): string => new Date(now()).toUTCString();
  const tokens = new TokenStore(() => clock.now(), seededRandom(`${String(seed)} tokens`), config.tokens);
  const opened: { listeners?: Listeners } = {};
  const host = (): string => (opened.listeners?.secure ?? opened.listeners?.plain)?.http ?? '';
  const handle: VenueBroker['handle'] = (stream, request) => {
    broker.handle(stream, request);
  };
  const listeners = await startListeners(config, {
    answer: answerHttp(restApi({ config, tokens, faults, now, isSigned, host }), date),
    upgrade: upgrade({ config, tokens, faults, ws: wsModule, date, handle }),
    connect: handle,
  }).catch(async (error: unknown) => {
    await broker.stop();
    throw error;
  });
  opened.listeners = listeners;

  publisher.announce();
  const pace = new Pace(clock, (count) => {
    publisher.takeTurns(count);
  });
  pace.rate = config.rate;
  const timers = new Subscription(() => {
    pace.stop();
  });
  timers.add(
    timer(indexSpan, indexSpan, clock.timers)
      .pipe(filter(() => pace.rate > 0 && market.rules.isMoving))
      .subscribe(() => {
        publisher.tellMarket();
      }),
  );
  for (const { after, phase } of config.schedule) {
    timers.add(
      timer(after, clock.timers).subscribe(() => {
        publisher.enterPhase(phase);
      }),
    );
  }
  const stop = async (): Promise<void> => {
    timers.unsubscribe();
    await Promise.all([listeners.stop(), broker.stop()]);
  };

  const path = mqttPath(config);
  const { plain, secure } = listeners;
  return venueControls(
    { ...config, appSecret },
    { market, publisher, broker, tokens, faults, listeners, pace, time, stop },
    {
      restUrl: `http://${plain.http}`,
      wsUrl: `ws://${plain.http}${path}`,
      tcpUrl: `mqtt://${plain.tcp}`,
      ...(secure === undefined
        ? {}
        : {
            secureRestUrl: `https://${secure.http}`,
            wssUrl: `wss://${secure.http}${path}`,
            tlsUrl: `mqtts://${secure.tcp}`,
          }),
    },
  );
}

/**
 * Starts a simulated venue on free ports of the loopback interface: sign-in and dispatcher over HTTP, MQTT over TCP and
 * WebSockets (with a certificate also over TLS), and up to 800 order books that move like those of the Stock Exchange
 * of Thailand. It is for tests of code that uses a feed, over real sockets and without a real venue.
 *
 * Books have ten levels a side on the exchange's price grid and never cross; in auctions the first level has a volume
 * and no price. Every message has a number (`messageNumber`). All random numbers come from the seed.
 *
 * Node only, with the optional peer `aedes`.
 *
 * @example
 * ```ts
 * const venue = await startSimulatedVenue({ symbols: ['AOT', 'PTT'], rate: 50 });
 * const feed = quoteFeed({
 *   venue: mqttVenue({
 *     endpoint: venue.tcpUrl,
 *     topics: 'proto/topic/bidofferv3/{symbol}',
 *     decode: decodeBidOfferV3,
 *     onSubscribe: 'nothing',
 *   }),
 * });
 * venue.dropConnections(); // every quote turns suspect, then live again
 * await feed.close();
 * await venue.stop();
 * ```
 *
 * @returns rejects when `aedes` is not installed, no port is free, or the secret or certificate is invalid
 * @throws TypeError or RangeError with code `RXQ_ARGUMENT`
 * @since 0.1.0
 */
export function startSimulatedVenue(config: SimulatedVenueConfig = {}): Promise<SimulatedVenue> {
  return start(resolveConfig(config));
}
