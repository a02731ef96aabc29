import mqtt from 'mqtt';
import { settradeTopics } from '../../../src/settrade/index.js';
import type { CertificateOptions } from '../../support/certificates.js';
import { startMosquitto } from '../../support/mosquittoBroker.js';
import { bookPayload } from './bookPayload.js';
import { type Far, numbering, symbolNames } from './far.js';

/**
 * A real Mosquitto with a publisher of numbered books.
 *
 * @param fast - publish without waiting for acknowledgements: for rates beyond a thousand a second
 */
export async function mosquittoFar(count: number, certificate: CertificateOptions = {}, fast = false): Promise<Far> {
  const mosquitto = await startMosquitto(certificate);
  const { urls, username, password } = mosquitto;
  const next = numbering(1);
  const client = fast ? await mqtt.connectAsync(urls.mqtt, { username, password, reconnectPeriod: 0 }) : undefined;
  return {
    url: urls.mqtt,
    login: { username, password },
    symbols: symbolNames(count),
    mosquitto,
    publish: (symbol) => {
      const number = next(symbol);
      const [topic, payload] = [settradeTopics.quote.replace('{symbol}', symbol), bookPayload(symbol, number)];
      if (client === undefined) void mosquitto.publish(topic, payload);
      else client.publish(topic, Buffer.from(payload), { qos: 0 });
      return number;
    },
    stop: async () => {
      client?.end(true);
      await mosquitto.stop();
    },
  };
}
