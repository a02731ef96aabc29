import { createPrivateKey, createECDH, sign } from 'node:crypto';
import mqtt, { type MqttClient } from 'mqtt';
import protobuf from 'protobufjs';
import { messageNumber, type SimulatedVenue } from '../../../src/testing/index.js';
import { until } from '../../contract/openConnection.js';

/** The messages that a client got, in order. */
export interface Got {
  readonly topic: string;
  readonly retain: boolean;
  readonly number: number | undefined;
  readonly payload: Uint8Array;
}

/** An MQTT.js client that keeps its messages. */
export interface VenueClient {
  readonly client: MqttClient;
  readonly got: Got[];
  /** Codes of the SUBACK. */
  subscribe(...topics: string[]): Promise<readonly number[]>;
  /** Resolves when `count` messages have come. */
  has(count: number): Promise<void>;
}

/** Connects over TCP, or over a WebSocket with a fresh token. */
export async function connectTo(venue: SimulatedVenue, options: mqtt.IClientOptions = {}): Promise<VenueClient> {
  const client = await mqtt.connectAsync(venue.tcpUrl, { reconnectPeriod: 0, resubscribe: false, ...options }, false);
  const got: Got[] = [];
  client.on('message', (topic, payload, { retain }) => {
    got.push({ topic, retain, number: messageNumber(payload), payload: Uint8Array.from(payload) });
  });
  return {
    client,
    got,
    subscribe: (...topics) =>
      new Promise((resolve) => {
        // The codes from the packet: for a refused topic MQTT.js reports the requested QoS.
        client.once('packetreceive', (packet) => {
          if (packet.cmd === 'suback') resolve(packet.granted as number[]);
        });
        client.subscribe(topics, { qos: 0 }, () => undefined);
      }),
    has: (count) => until(() => got.length >= count, `${String(count)} messages are there`),
  };
}

/** The body of a sign-in as a client makes it: signed with node:crypto, with the venue's secret by default. */
export function signedLogin(
  { appId, appSecret }: Pick<SimulatedVenue, 'appId' | 'appSecret'>,
  timestamp: string = String(Date.now()),
): Record<string, string> {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(appSecret, 'base64'));
  const point = ecdh.getPublicKey();
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      d: ecdh.getPrivateKey().toString('base64url'),
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const signature = sign('sha256', Buffer.from(`${appId}..${timestamp}`), { key, dsaEncoding: 'der' }).toString('hex');
  return { apiKey: appId, params: '', signature, timestamp };
}

/** One POST of JSON to the app's calls. */
export function post(venue: SimulatedVenue, call: 'login' | 'refresh-token', body: unknown): Promise<Response> {
  const { restUrl, brokerId, appCode } = venue;
  return fetch(`${restUrl}/api/oam/v1/${brokerId}/broker-apps/${appCode}/${call}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** The dispatcher's answer to an access token. */
export function dispatch({ restUrl, brokerId }: SimulatedVenue, token: string): Promise<Response> {
  return fetch(`${restUrl}/api/dispatcher/v3/${brokerId}/token`, { headers: { Authorization: `Bearer ${token}` } });
}

/** protobufjs's reading of a message by its `.proto` file. */
export function readByProto(file: string, message: string): (payload: Uint8Array) => Record<string, unknown> {
  const path = new URL(`../../../src/settrade/proto/${file}`, import.meta.url).pathname;
  const type = protobuf.loadSync(path).lookupType(message);
  return (payload) => type.toObject(type.decode(payload), { longs: Number });
}
