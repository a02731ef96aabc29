import { oneOf, outOfRange, wholeNumber, wrongType } from '../../../operators/support/argument.js';
import { isTopicFilter } from '../../model/topicFilter.js';
import type { Listeners } from './broker/listeners.js';
import type { VenueBroker } from './broker/venueBroker.js';
import type { Pace } from './drive/pace.js';
import type { Publisher } from './drive/publisher.js';
import type { Instrument } from './market/instrument.js';
import { derivativesMarket, type Market } from './market/market.js';
import { sessionPhases } from './market/sessionPhase.js';
import { checkRate } from './resolveConfig.js';
import type { TokenStore } from './rest/tokenStore.js';
import { checkFault, type PlannedFaults } from './rest/venueFault.js';
import type { SimulatedVenue, VenueUrls } from './simulatedVenue.js';
import type { VenueConfig } from './venueConfig.js';
import { barInterval } from './wire/candleFields.js';
import { venueTopic } from './wire/venueTopics.js';

/** The parts of a venue that its controls need. */
export interface VenueParts {
  readonly market: Market;
  readonly publisher: Publisher;
  readonly broker: VenueBroker;
  readonly tokens: TokenStore;
  readonly faults: PlannedFaults;
  readonly listeners: Listeners;
  readonly pace: Pace;
  readonly time: { offset: number };
  readonly stop: () => Promise<void>;
}

const OWNER = 'simulatedVenue';
const allTokens = ['access', 'refresh', 'dispatcher'] as const;

/** The public controls of a running venue: they check their arguments and pass them on. */
export function venueControls(
  config: VenueConfig & { readonly appSecret: string },
  parts: VenueParts,
  urls: VenueUrls,
): SimulatedVenue {
  const { market, publisher, broker, tokens, faults, listeners, pace, time } = parts;
  const { brokerId, appCode, appId, appSecret } = config;
  const symbols = [...config.symbols, ...config.derivatives];
  let stopped: Promise<void> | undefined;
  let pausedAt: number | undefined;

  const instrument = (owner: string, symbol: string): Instrument => {
    const found = market.instruments.get(symbol);
    if (found === undefined) throw outOfRange(`${owner}.symbol`, symbol, 'pass one of the venue’s symbols');
    return found;
  };
  const stop = (): Promise<void> => (stopped ??= parts.stop());

  return {
    ...urls,
    brokerId,
    appCode,
    appId,
    appSecret,
    symbols,
    get rate() {
      return pausedAt ?? pace.rate;
    },
    set rate(rate) {
      checkRate(`${OWNER}.rate`, rate);
      if (stopped !== undefined) return;
      if (pausedAt === undefined) pace.rate = rate;
      else pausedAt = rate;
    },
    get clockOffset() {
      return time.offset;
    },
    set clockOffset(offset) {
      if (!Number.isFinite(offset)) throw wrongType(`${OWNER}.clockOffset`, offset, 'pass milliseconds');
      time.offset = offset;
    },
    get phase() {
      return market.phase;
    },
    get counts() {
      return { published: { ...publisher.sent }, delivered: broker.delivered, dropped: broker.dropped };
    },
    get connections() {
      return listeners.connections();
    },
    topic: (kind, symbol) => {
      oneOf(`${OWNER}.topic.kind`, kind, ['quote', 'info', 'candle', 'market', 'derivatives']);
      if (kind === 'market') return venueTopic(kind, market.name);
      if (kind === 'derivatives') return venueTopic(kind, derivativesMarket);
      const { symbol: key } = instrument(`${OWNER}.topic`, symbol ?? '');
      return venueTopic(kind, kind === 'candle' ? `${key}/${barInterval}` : key);
    },
    lastImage: (symbol) => instrument(`${OWNER}.lastImage`, symbol).image(),
    publish: (symbol) => {
      publisher.publish(instrument(`${OWNER}.publish`, symbol));
    },
    send: (topic, payload, { retain = false } = {}) => {
      broker.send(topic, typeof payload === 'string' ? new TextEncoder().encode(payload) : payload, retain);
      broker.flush();
    },
    enterPhase: (phase) => {
      publisher.enterPhase(oneOf(`${OWNER}.enterPhase.phase`, phase, sessionPhases));
    },
    halt: (symbol) => {
      const halted = instrument(`${OWNER}.halt`, symbol);
      publisher.setHalted(halted, true);
      return () => {
        publisher.setHalted(halted, false);
      };
    },
    pause: () => {
      pausedAt ??= pace.rate;
      pace.rate = 0;
    },
    resume: () => {
      if (pausedAt === undefined || stopped !== undefined) return;
      pace.rate = pausedAt;
      pausedAt = undefined;
    },
    dropConnections: () => {
      listeners.drop();
    },
    freeze: () => listeners.freeze(),
    refuse: (filter, manner = 'suback') => {
      if (typeof filter !== 'string' || !isTopicFilter(filter)) {
        throw outOfRange(`${OWNER}.refuse.filter`, filter, 'pass a topic filter');
      }
      return broker.refusals.add(filter, oneOf(`${OWNER}.refuse.manner`, manner, ['suback', 'notice', 'silent']));
    },
    fail: (step, fault, times = Infinity) => {
      checkFault(`${OWNER}.fail`, step, fault);
      if (times !== Infinity) wholeNumber(`${OWNER}.fail.times`, times, 1);
      return faults.add(step, fault, times);
    },
    dispatcherToken: () => tokens.issue('dispatcher', config.dispatcherTokenLife),
    expireTokens: (...kinds) => {
      tokens.expire(kinds.length === 0 ? allTokens : kinds);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
