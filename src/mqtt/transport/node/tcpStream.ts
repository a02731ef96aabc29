import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { TlsOptions } from '../../../model/transport.js';
import type { Target } from '../endpointUrl.js';

/** An endpoint's TLS settings for Node. The server name is always sent and verified, also where Node would not. */
export function nodeTlsOptions(host: string, tls: TlsOptions = {}): ConnectionOptions {
  const servername = tls.servername ?? (isIP(host) === 0 ? host : undefined);
  return {
    ...(servername === undefined ? {} : { servername }),
    ...(tls.ca === undefined ? {} : { ca: [tls.ca].flat() }),
    ...(tls.cert === undefined ? {} : { cert: tls.cert }),
    ...(tls.key === undefined ? {} : { key: tls.key }),
    rejectUnauthorized: tls.insecureSkipVerify !== true,
  };
}

/** Opens a TCP or TLS socket; `onUp` is called when it can carry bytes. Bytes that are written before then wait in it. */
export function tcpStream({ scheme, host, port, endpoint }: Target, onUp: () => void): Socket {
  const socket =
    scheme === 'mqtts'
      ? connectTls({ host, port, ...nodeTlsOptions(host, endpoint.tls) }, onUp)
      : connect({ host, port }, onUp);
  return socket.setNoDelay(true);
}
