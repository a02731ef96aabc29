import process from 'node:process';
import { defaultTransport as nodeTransport } from '../../src/mqtt/transport/node/nodeTransport.js';
import type { Transport } from '../../src/model/transport.js';
import type { TransportConfig } from '../../src/mqtt/transport/transportConfig.js';

const withoutTap = process.env['RXQ_FRAME_TAP'] === 'off';

/** The default transport of a test run: that of Node. With `RXQ_FRAME_TAP=off` MQTT.js reads every message, as in browsers. */
export function defaultTransport(config: TransportConfig): Transport {
  return nodeTransport(withoutTap ? { frameTap: false, ...config } : config);
}
