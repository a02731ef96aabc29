import { settradeTopics } from '../../../src/settrade/index.js';
import type { CertificateOptions } from '../../support/certificates.js';
import { startMosquitto } from '../../support/mosquittoBroker.js';
import { bookPayload } from './bookPayload.js';
import { type Far, numbering, symbolNames } from './far.js';

/** A real Mosquitto with a publisher of numbered books. */
export async function mosquittoFar(count: number, certificate: CertificateOptions): Promise<Far> {
  const mosquitto = await startMosquitto(certificate);
  const { urls, username, password } = mosquitto;
  const next = numbering(1);
  return {
    url: urls.mqtt,
    login: { username, password },
    symbols: symbolNames(count),
    mosquitto,
    publish: (symbol) => {
      const number = next(symbol);
      void mosquitto.publish(settradeTopics.quote.replace('{symbol}', symbol), bookPayload(symbol, number));
      return number;
    },
    stop: () => mosquitto.stop(),
  };
}
