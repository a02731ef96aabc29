import type { Clock } from '../../model/clock.js';
import type { Venue } from '../../model/venue.js';
import { addressOf } from '../../mqtt/transport/endpointUrl.js';
import { alwaysOpen, type JsonQuote, jsonQuote, mqttVenue } from '../../index.js';
import { decodeBidOfferV3, settrade, type SettradeEvent, settradeTopics } from '../../settrade/index.js';
import { startSimulatedVenue } from '../../testing/index.js';
import type { BrokerPlace, Place } from '../options/placeOptions.js';
import { readCertificates } from './certificates.js';
import { endpointFrom, exposure } from './credentials.js';
import { importDecoder } from './decoderModule.js';
import { settradeAccount } from './settradeAccount.js';

/** A place with its venue. */
export interface OpenPlace {
  readonly venue: Venue<SettradeEvent | JsonQuote>;
  /** The address to show; holds no secret. */
  readonly url: string;
  /** Warnings to print once, before the first update. */
  readonly warnings: readonly string[];
  /** Cuts the link once; left out where the place is not in this process. */
  readonly cutLink?: () => void;
  readonly stop: () => Promise<void>;
}

async function openDemo(symbols: readonly string[], clock: Clock): Promise<OpenPlace> {
  const simulated = await startSimulatedVenue({ symbols, clock });
  return {
    url: simulated.tcpUrl,
    warnings: [],
    venue: mqttVenue({
      endpoint: simulated.tcpUrl,
      topics: settradeTopics,
      decode: decodeBidOfferV3,
      onSubscribe: 'nothing',
      // The simulated market stays in its first session, which is open.
      calendar: alwaysOpen,
    }),
    cutLink: () => simulated.dropConnections(),
    stop: () => simulated.stop(),
  };
}

/**
 * A broker other than Settrade's. Its market hours are unknown, and its retain flag marks messages of unknown age.
 * Without a topic it sends Settrade's BidOfferV3, and without a decoder its messages are BidOfferV3.
 */
async function openBroker({ url, topic, decode, ca }: BrokerPlace, env: NodeJS.ProcessEnv): Promise<OpenPlace> {
  const login = endpointFrom(url, env);
  const endpoint = ca === undefined ? login : { ...login, tls: { ca: readCertificates('--ca', ca) } };
  const exposed = exposure(endpoint);
  const topics = topic ?? settradeTopics;
  const readQuote = typeof decode === 'string' ? await importDecoder(decode) : decode && jsonQuote(decode);
  return {
    // Path and query may hold a token.
    url: addressOf(url),
    warnings: exposed === undefined ? [] : [exposed],
    venue:
      readQuote === undefined
        ? mqttVenue({ endpoint, topics, decode: decodeBidOfferV3 })
        : mqttVenue({ endpoint, topics, decode: readQuote }),
    stop: () => Promise.resolve(),
  };
}

/**
 * Settrade, or another deployment of it. After the sign-in it gives the addresses of its brokers and the state of its
 * markets.
 */
function openSettrade(env: NodeJS.ProcessEnv): OpenPlace {
  const account = settradeAccount(env);
  return {
    url: account.baseUrl === undefined ? 'settrade' : addressOf(account.baseUrl),
    warnings: [],
    venue: settrade(account),
    stop: () => Promise.resolve(),
  };
}

/**
 * Makes the venue of a place, with the credentials from the environment. Only the demonstration starts something: a
 * simulated market with these symbols. Nothing connects yet.
 *
 * @throws TypeError or RangeError naming the option or variable, its value unless it may be secret, and the remedy
 */
export async function openPlace(
  place: Place,
  symbols: readonly string[],
  env: NodeJS.ProcessEnv,
  clock: Clock,
): Promise<OpenPlace> {
  switch (place.kind) {
    case 'demo':
      return openDemo(symbols, clock);
    case 'settrade':
      return openSettrade(env);
    default:
      return openBroker(place, env);
  }
}
