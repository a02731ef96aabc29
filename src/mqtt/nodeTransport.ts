import mqtt from 'mqtt';
import type { Transport } from '../transport.js';
import { type Target, parseEndpoint } from './endpointUrl.js';
import { createMqttTransport, type TransportConfig } from './mqttTransport.js';
import { tcpStream } from './tcpStream.js';
import { webSocketStream } from './webSocketStream.js';

/**
 * The transport of Node: MQTT 3.1.1 over TCP, TLS and WebSockets, on sockets of our own, so that a refused upgrade's
 * status is seen.
 */
export function defaultTransport(config: TransportConfig): Transport {
  return createMqttTransport({
    ...config,
    parse: (endpoint): Target => parseEndpoint(endpoint, 'node'),
    open: (target, options, up) => {
      const stream = target.scheme.startsWith('ws') ? webSocketStream(target, up) : tcpStream(target, up);
      return new mqtt.MqttClient(() => stream, options);
    },
  });
}
