import mqtt from 'mqtt';
import type { Transport } from '../transport.js';
import { type Target, parseEndpoint } from './endpointUrl.js';
import { FrameTap } from './frameTap.js';
import { createMqttTransport, DEFAULT_MAX_PAYLOAD, type TransportConfig } from './mqttTransport.js';
import { type Tap, tappedStream } from './tappedStream.js';
import { tcpStream } from './tcpStream.js';
import { webSocketStream } from './webSocketStream.js';

/** MQTT.js reads every packet itself. */
const noTap: Tap = (push) => push;

/**
 * The transport of Node: MQTT 3.1.1 over TCP, TLS and WebSockets, on sockets of our own, so that a refused upgrade's
 * status is seen, and quotes are read without the cost of a general client.
 */
export function defaultTransport(config: TransportConfig): Transport {
  const { frameTap = true, maxPayload = DEFAULT_MAX_PAYLOAD } = config;
  return createMqttTransport({
    ...config,
    parse: (endpoint): Target => parseEndpoint(endpoint, 'node'),
    open: (target, options, { up, onPublish }) => {
      const tap: Tap = frameTap
        ? (pass) => {
            const frames = new FrameTap({ maxPayload, onPublish, pass });
            return (bytes) => {
              frames.read(bytes);
            };
          }
        : noTap;
      const stream = target.scheme.startsWith('ws')
        ? webSocketStream(target, up, tap)
        : tappedStream(tcpStream(target, up), tap);
      return new mqtt.MqttClient(() => stream, options);
    },
  });
}
