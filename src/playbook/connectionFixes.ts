import type { ConnectionFailure, FailureKind } from '../model/errors.js';

/** Remedies where the exact cause of a failure is known, most likely first. */
const bySubcause: Readonly<Record<NonNullable<ConnectionFailure['subcause']>, readonly string[]>> = {
  dns: ['check the spelling of the host in the endpoint’s url', 'check that this machine’s DNS knows the name'],
  refused: ['check the port of the endpoint’s url', 'check that the broker runs on that host'],
  unreachable: ['check this machine’s network, its route and its VPN to the host'],
  reset: ['look for the reason in the broker’s log', 'check that no firewall or proxy cuts the connection'],
  closed: ['look for the reason in the broker’s log', 'check the broker’s limits for this account'],
  'no-answer': ['check that the firewall lets the connection out to that host and port', 'check that the host is up'],
  'no-connack': ['check that the port is that of an MQTT broker', 'check that the broker is not overloaded'],
  'no-pong': ['check the network between here and the broker', 'look for the broker’s load and its log'],
  'tls-on-plain-port': ['use the broker’s TLS port', 'use mqtt: or ws: in the endpoint’s url if the port has no TLS'],
  'plain-on-tls-port': ['use mqtts: or wss: in the endpoint’s url'],
  http: ['use the broker’s MQTT port', 'use ws: or wss: in the endpoint’s url for MQTT over WebSocket'],
  'not-mqtt': ['use the port of an MQTT 3.1.1 broker'],
  'not-websocket': ['check the path of the endpoint’s url', 'check that the port is that of MQTT over WebSocket'],
  'certificate-date': ['check this machine’s clock', 'renew the broker’s certificate'],
  'certificate-name': ['use the name in the certificate as the host', 'set endpoint.tls.servername to that name'],
  'certificate-issuer': ['set endpoint.tls.ca to the issuer’s certificate', 'update this machine’s CA certificates'],
  'no-credentials': [
    'set endpoint.username and endpoint.password',
    'check the variable that holds the token: it is empty',
  ],
  credentials: ['make a new token or secret and set it', 'check that the account may connect'],
  clock: ['set this machine’s clock'],
  proxy: ['connect from where no proxy is in the way: MQTT goes through none'],
  forbidden: ['ask the venue for the right to connect, and whether it allows this machine’s address'],
  'client-id': ['leave out endpoint.clientId, or pass one that no other client has'],
  'too-many': ['wait: the feed tries again by itself', 'check that no other program uses the same account'],
  unavailable: ['check the venue’s status page', 'wait: the feed tries again by itself'],
};

/** Remedies where only the kind of a failure is known. */
const byKind: Readonly<Record<FailureKind, readonly string[]>> = {
  network: ['check host and port of the endpoint', 'check that the network and its firewall let the connection out'],
  timeout: ['check that the broker is up and that no firewall swallows packets', 'check the venue’s status page'],
  tls: [
    'check the system clock',
    'update the CA certificates, or set endpoint.tls.ca',
    'check endpoint.tls.servername',
  ],
  auth: ['make a new token or secret and set it', 'check that the system clock is right', 'check the account’s rights'],
  policy: [
    'check the account’s limits and rights with the venue',
    'check that no other client uses the same client id',
  ],
  protocol: ['check that the endpoint is an MQTT 3.1.1 broker and its path is right'],
  flap: ['check that no second process uses the same credentials or client id', 'ask the venue why it closes'],
  venue: ['check the venue’s status page', 'wait: the feed tries again by itself'],
  reconnect: ['wait: the next connection is made as soon as the limit on connects allows it'],
};

/** The remedies for a failure of the connection, most likely first. */
export function connectionFixes({ kind, subcause }: Pick<ConnectionFailure, 'kind' | 'subcause'>): readonly string[] {
  return subcause === undefined ? byKind[kind] : bySubcause[subcause];
}
