import { Buffer } from 'node:buffer';
import mqtt, { type IClientOptions } from 'mqtt';
import type { Transport } from '../../../model/transport.js';
import { type Target, parseEndpoint } from '../endpointUrl.js';
import { FrameTap } from './frameTap.js';
import { createMqttTransport } from '../mqttTransport.js';
import { checkTransportConfig, type TransportConfig } from '../transportConfig.js';
import { type Tap, tappedStream } from './tappedStream.js';
import { tcpStream } from './tcpStream.js';
import { webSocketStream } from './webSocketStream.js';

/**
 * The same options with user name and password as bytes. With `DEBUG` set, mqtt-packet writes every string of a packet
 * to stderr, but never bytes. It accepts a user name in bytes, although its types don't allow this.
 */
function unprinted({ username, password, ...options }: IClientOptions): IClientOptions {
  return {
    ...options,
    ...(username === undefined ? {} : { username: Buffer.from(username) as Buffer & string }),
    ...(password === undefined ? {} : { password: Buffer.from(password) }),
  };
}

/**
 * The transport of Node: MQTT 3.1.1 over TCP, TLS and WebSockets. It opens the sockets itself, so that it gets the status of a
 * refused upgrade, and reads quotes without the cost of a general client.
 */
export function defaultTransport(config: TransportConfig): Transport {
  const { frameTap, ...own } = checkTransportConfig(config);
  const { clock, maxPayload } = own;
  return createMqttTransport({
    ...own,
    parse: (endpoint): Target => parseEndpoint(endpoint, 'node'),
    open: (target, options, { limits, onUp, onBytes, onPublish }) => {
      const tap: Tap = (pass, send) => {
        const frames = new FrameTap({ maxPayload, limits, pass, send, ...(frameTap ? { onPublish } : {}) });
        return (bytes) => {
          frames.read(bytes);
        };
      };
      const tapped = { tap, limits, onBytes };
      const stream = target.scheme.startsWith('ws')
        ? webSocketStream(target, { ...tapped, clock, maxPayload, onUp })
        : tappedStream(tcpStream(target, onUp), clock, tapped);
      return new mqtt.MqttClient(() => stream, unprinted(options));
    },
  });
}
