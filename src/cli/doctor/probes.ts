import type { Observable } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import type { Endpoint } from '../../model/transport.js';
import type { Venue } from '../../model/venue.js';
import { parseEndpoint, type Target } from '../../mqtt/transport/endpointUrl.js';
import { clockProbe } from './clockProbe.js';
import { pingProbe, stageProbe, subscribeProbe } from './connectionProbes.js';
import { credentialsOutcome, endOfJwt, expiryOutcome } from './credentialProbes.js';
import type { EndpointSource } from './endpointSource.js';
import type { Probe } from './examine.js';
import { at, eventLoopProbe, roomProbe } from './machineProbes.js';
import { decodeOutcome, findingsProbe, firstMessageProbe, marketProbe, type MessageConfig } from './messageProbes.js';
import { plainPortProbe, portProbe } from './portProbe.js';
import { proxyOutcome } from './proxyProbe.js';
import type { SettradeDoor } from './settradeDoor.js';
import { dnsProbe, tcpProbe } from './socketProbes.js';
import type { Outcome, StepResult } from './step.js';
import { tlsProbe } from './tlsProbe.js';
import type { Visit } from './visit.js';

/** The parts that all steps of an examination work with. */
export interface ProbesConfig {
  readonly venue: Venue<{ readonly symbol: string }>;
  readonly visit: Visit<{ readonly symbol: string }>;
  readonly source: EndpointSource;
  readonly symbols: readonly string[];
  readonly clock: Clock;
  readonly env: NodeJS.ProcessEnv;
  /** How long first messages are waited for, in ms. */
  readonly patience: number;
  /** Why it may not sign in and connect; left out, it may. */
  readonly held?: string;
}

/** How long messages are counted for their rate, in ms, if first messages are waited for as long. */
const COUNTED = 2_000;

const isSecure = ({ scheme }: Target): boolean => scheme === 'mqtts' || scheme === 'wss';

/** A step that another one may need. */
function probe(step: Probe['step'], needs: readonly Probe[], look: Probe['look'], held?: string): Probe {
  return { step, needs, look, ...(held === undefined ? {} : { held }) };
}

/** DNS, TCP and, where the target has it, TLS; the last of them is what a connection needs. */
function socketSteps(
  target: () => Target,
  hasTls: boolean,
  clock: Clock,
  needs: readonly Probe[],
): { readonly steps: readonly Probe[]; readonly last: Probe } {
  const dns = probe('dns', needs, () => dnsProbe(target(), clock));
  const tcp = probe('tcp', [dns], () => tcpProbe(target(), clock));
  if (!hasTls) return { steps: [dns, tcp], last: tcp };
  const tls = probe('tls', [tcp], () => tlsProbe(target(), clock));
  return { steps: [dns, tcp, tls], last: tls };
}

/** Whether a port speaks what the URL asks for. After a failure of TLS only its absence leaves something to find out. */
function lookAtPort(target: Target, clock: Clock, before: readonly StepResult[]): Observable<Outcome> {
  const tls = before.find(({ step }) => step === 'tls');
  if (tls?.status !== 'failed') return portProbe(target, clock);
  if (tls.code === 'RXP_TLS_ON_PLAIN_PORT') return plainPortProbe(target, clock);
  return at(() => ({ status: 'skipped', text: 'not tried, since TLS failed' }));
}

/** The steps from CONNECT on. */
function connectedSteps(config: ProbesConfig, isWebSocket: boolean, needs: readonly Probe[], held?: string): Probe[] {
  const { visit, source, venue, symbols, clock, patience } = config;
  const topics = new Map(symbols.map((symbol) => [symbol, venue.topic('quote', venue.symbol?.(symbol) ?? symbol)]));
  const messages: MessageConfig = {
    ...{ visit, venue, topics, clock, patience },
    // A venue with names of its own for its topics needs no look around.
    mayLookAround: venue.notices === undefined,
  };
  const upgrade = probe(
    'upgrade',
    needs,
    () => stageProbe(visit, source, 'handshake', 'accepts the upgrade to a WebSocket'),
    held,
  );
  const connack = probe(
    'connack',
    isWebSocket ? [upgrade] : needs,
    () => stageProbe(visit, source, 'subscribing', 'accepts the client'),
    held,
  );
  const ping = probe('ping', [connack], () => pingProbe(visit, source, clock));
  const suback = probe('suback', [connack], () => subscribeProbe(visit, source, topics));
  const first = probe('first-message', [suback], (before) => firstMessageProbe(messages, before));
  const decode = probe('decode', [suback], () => at(() => decodeOutcome(messages)));
  const market = probe('market', [suback], () => marketProbe(messages));
  const room = probe('room', [suback], () => roomProbe(visit, venue, clock, Math.min(patience, COUNTED)));
  const findings = probe('findings', held === undefined ? needs : [connack], (before) =>
    findingsProbe(messages, before),
  );
  const loop = probe('event-loop', [], () => eventLoopProbe(clock));
  return [...(isWebSocket ? [upgrade] : []), connack, ping, suback, first, decode, market, loop, room, findings];
}

/** The steps for a broker that is named by its URL. */
export function brokerProbes(config: ProbesConfig, endpoint: Endpoint): readonly Probe[] {
  const { clock, env, held } = config;
  const target = parseEndpoint(endpoint);
  const { scheme, host, port } = target;
  const isWebSocket = scheme === 'ws' || scheme === 'wss';
  const origin = `${scheme === 'wss' ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const ca = endpoint.tls?.ca;
  const time = probe('clock', [], () =>
    isWebSocket
      ? clockProbe({ origin, ...(ca === undefined ? {} : { ca }) }, false, clock)
      : at(() => ({ status: 'skipped', text: 'MQTT does not tell the time of a broker' })),
  );
  const { steps, last } = socketSteps(() => target, isSecure(target), clock, []);
  const tcp = steps[1] ?? last;
  const port_ = probe('port', [tcp], (before) => lookAtPort(target, clock, before));
  const proxy = probe('proxy', [], (before) => at(() => proxyOutcome(env, before)));
  const credentials = probe('credentials', [], () => at(() => credentialsOutcome(endpoint)));
  const end = endOfJwt(endpoint.password ?? endpoint.headers?.['Authorization']?.replace(/^Bearer /, ''));
  const token =
    end === undefined
      ? undefined
      : probe('token', [], () => at(() => expiryOutcome(end, clock, 'make a new token, and set API_TOKEN')));
  const needs = [last, port_, ...(token === undefined ? [] : [token])];
  return [
    ...[time, ...steps, port_, proxy, credentials, ...(token === undefined ? [] : [token])],
    ...connectedSteps(config, isWebSocket, needs, held),
  ];
}

/** The steps for Settrade, whose sign-in gives the address of the broker. */
export function settradeProbes(config: ProbesConfig, door: SettradeDoor): readonly Probe[] {
  const { clock, env, held, source } = config;
  const { rest } = door;
  const broker = (): Target => parseEndpoint(source.endpoint ?? rest.endpoint);
  const time = probe('clock', [], () => clockProbe({ origin: rest.address }, true, clock));
  const { steps, last } = socketSteps(() => rest, isSecure(rest), clock, []);
  const proxy = probe('proxy', [], (before) => at(() => proxyOutcome(env, before)));
  const signIn = probe('sign-in', [last, time], () => door.signIn(), held);
  const token = probe('token', [signIn], () => at(() => door.token()));
  // The broker has TLS exactly where the sign-in has it.
  const atBroker = socketSteps(broker, isSecure(rest), clock, [token]);
  return [
    ...[time, ...steps, proxy, signIn, token, ...atBroker.steps],
    ...connectedSteps(config, true, [atBroker.last]),
  ];
}
