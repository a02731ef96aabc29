import { NEVER } from 'rxjs';
import type { Transport } from '../../model/transport.js';
import { checkTransportConfig, type TransportConfig } from './transportConfig.js';

/**
 * The transport of a page that is rendered on a server: it connects to nothing. It brings neither MQTT.js nor a socket into the
 * server's bundle, where both are CommonJS.
 */
export function defaultTransport(config: TransportConfig): Transport {
  checkTransportConfig(config);
  return () => NEVER;
}
