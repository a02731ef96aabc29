import mqtt from 'mqtt';
import type { Transport } from '../../model/transport.js';
import { type Target, parseEndpoint } from './endpointUrl.js';
import { createMqttTransport } from './mqttTransport.js';
import { headerOf } from './packetLimits.js';
import { checkTransportConfig, type TransportConfig } from './transportConfig.js';

/**
 * The transport of browsers: MQTT 3.1.1 over the browser's WebSocket. A browser does not report why a connection
 * failed: a refused upgrade and an untrusted certificate are both a network failure here. The size of a packet is
 * checked only after MQTT.js has read it as a whole.
 */
export function defaultTransport(config: TransportConfig): Transport {
  return createMqttTransport({
    ...checkTransportConfig(config),
    parse: (endpoint): Target => parseEndpoint(endpoint, 'browser'),
    open: ({ scheme, address, port, path }, options, { limits, onUp, onBytes }) => {
      const client = mqtt.connect({
        ...options,
        protocol: scheme,
        hostname: new URL(address).hostname,
        port,
        path,
        forceNativeWebSocket: true,
      });
      // MQTT.js emits 'connect' when the WebSocket is open; the types of streams don't have this event.
      client.stream.once('connect' as 'ready', onUp);
      client.on('packetreceive', (packet) => {
        onBytes();
        try {
          limits.received(headerOf(packet), packet.length ?? 0);
        } catch (error) {
          client.stream.destroy(error as Error);
        }
      });
      return client;
    },
  });
}
