import type { ConnectionFailure } from '../../model/errors.js';
import type { Cause, Detected } from '../cause.js';
import { spanText, type Window } from '../window.js';

type Subcause = NonNullable<ConnectionFailure['subcause']>;

/** The texts about one cause of a failed connection. */
interface FailureText {
  readonly title: string;
  readonly apart: string;
  readonly fixes: readonly string[];
  /** The step of the doctor that shows it. */
  readonly probe: string;
  readonly fault: string;
}

/** The causes of a failed connection that the evidence tells apart. */
const failures: Readonly<Record<Subcause, FailureText>> = {
  dns: {
    title: 'The host name does not resolve',
    apart: 'The resolver answers ENOTFOUND or EAI_AGAIN. No packet reaches the broker.',
    fixes: ['check the spelling of the host in {url}', 'check that this machine’s DNS knows the name'],
    probe: 'dns',
    fault: 'an endpoint with the name mqtt.settrade.invalid',
  },
  refused: {
    title: 'Nothing listens on the port',
    apart: 'The host answers at once with ECONNREFUSED, so the host is up and reachable.',
    fixes: ['check the port in {url}', 'check that the broker runs on that host'],
    probe: 'tcp',
    fault: 'an endpoint on a port that is closed',
  },
  unreachable: {
    title: 'There is no route to the host',
    apart: 'The system answers EHOSTUNREACH, ENETUNREACH or a like error.',
    fixes: ['check this machine’s network, its route and its VPN to the host'],
    probe: 'tcp',
    fault: 'a transport that fails with EHOSTUNREACH',
  },
  reset: {
    title: 'The connection was cut',
    apart: 'ECONNRESET or EPIPE on a connection that had spoken MQTT: the broker, a proxy or a firewall cut it.',
    fixes: ['look for the reason in the broker’s log', 'check that no firewall or proxy cuts the connection'],
    probe: 'connack',
    fault: 'a proxy that resets the connection',
  },
  closed: {
    title: 'The broker closed the connection without a reason',
    apart: 'The connection ends in order. MQTT 3.1.1 has no reason for it.',
    fixes: [
      'look for the reason in the broker’s log',
      'use mqtts: or wss: in {url} if the port speaks TLS: some servers close instead of answering',
      'check the credentials and the broker’s limits for this account',
    ],
    probe: 'connack',
    fault: 'a broker that closes the connection after CONNECT',
  },
  'no-answer': {
    title: 'The host does not answer',
    apart:
      'No connection is made within 10 s: nothing answers TCP, TLS or the WebSocket upgrade. A firewall that drops packets looks like this, and so does a host that is down or hangs.',
    fixes: [
      'check that the firewall lets the connection out to that host and port',
      'check that the host is up and answers others',
    ],
    probe: 'tcp',
    fault: 'a transport whose connection is never made',
  },
  'no-connack': {
    title: 'The broker does not answer CONNECT',
    apart: 'The TCP connection stands, and no CONNACK comes within 10 s.',
    fixes: ['check that the port in {url} is that of an MQTT broker', 'check that the broker is not overloaded'],
    probe: 'connack',
    fault: 'a server that accepts the connection and sends nothing',
  },
  'no-pong': {
    title: 'The broker stopped answering pings',
    apart: 'The connection was live, and no PINGRESP came in time.',
    fixes: ['check the network between here and the broker', 'look for the broker’s load and its log'],
    probe: 'ping',
    fault: 'a proxy that freezes both directions',
  },
  'tls-on-plain-port': {
    title: 'The URL asks for TLS, and the port does not speak it',
    apart: 'The answer to the TLS handshake is no TLS record, or the connection ends in the middle of it.',
    fixes: ['use the broker’s TLS port in {url}', 'use mqtt: or ws: in {url} if the port has no TLS'],
    probe: 'tls',
    fault: 'mqtts: to the plain port of a broker',
  },
  'plain-on-tls-port': {
    title: 'The port speaks TLS, and the URL asks for none',
    apart: 'The answer to CONNECT is a TLS alert.',
    fixes: ['use mqtts: or wss: in {url}'],
    probe: 'connack',
    fault: 'mqtt: to the TLS port of a broker',
  },
  http: {
    title: 'The port speaks HTTP',
    apart: 'The answer to CONNECT begins with HTTP/1.',
    fixes: ['use the broker’s MQTT port in {url}', 'use ws: or wss: in {url} for MQTT over WebSocket'],
    probe: 'connack',
    fault: 'mqtt: to an HTTP server',
  },
  'not-mqtt': {
    title: 'The port speaks no MQTT',
    apart: 'The answer to CONNECT is neither MQTT 3.1.1 nor HTTP nor TLS.',
    fixes: ['use the port of an MQTT 3.1.1 broker in {url}'],
    probe: 'connack',
    fault: 'a server that answers with other bytes',
  },
  'not-websocket': {
    title: 'The path offers no MQTT over WebSocket',
    apart: 'The HTTP answer to the upgrade is not 101.',
    fixes: ['check the path of {url}', 'check that the port is that of MQTT over WebSocket'],
    probe: 'upgrade',
    fault: 'ws: to a path that answers 404',
  },
  'certificate-date': {
    title: 'The certificate is not valid now',
    apart: 'The certificate is expired or not yet valid by this machine’s clock.',
    fixes: ['check this machine’s clock', 'renew the broker’s certificate'],
    probe: 'tls',
    fault: 'a broker whose certificate is expired',
  },
  'certificate-name': {
    title: 'The certificate is for another name',
    apart: 'The certificate is trusted, and none of its names is the host.',
    fixes: ['use a name of the certificate as the host in {url}', '{servername}'],
    probe: 'tls',
    fault: 'a broker whose certificate has another name',
  },
  'certificate-issuer': {
    title: 'The certificate’s issuer is not trusted',
    apart: 'The chain does not end in a certificate that this machine trusts.',
    fixes: ['set {ca} to the issuer’s certificate', 'update this machine’s CA certificates'],
    probe: 'tls',
    fault: 'a broker whose certificate has an issuer of its own',
  },
  'no-credentials': {
    title: 'No credentials were sent',
    apart: 'The broker refuses the credentials, and the endpoint had none.',
    fixes: ['set {login}', 'check {token}: it is empty'],
    probe: 'connack',
    fault: 'a broker that wants a password, and an endpoint without one',
  },
  credentials: {
    title: 'The credentials are refused',
    apart: 'HTTP 401, or CONNACK 4 or 5, for credentials that were sent. Which step refused them is in the symptom.',
    fixes: ['make a new token or secret and set it', 'check that the account may connect'],
    probe: 'sign-in',
    fault: 'a broker that refuses the password',
  },
  clock: {
    title: 'This machine’s clock is wrong',
    apart: 'The sign-in is refused, and the venue’s Date header differs from this machine’s clock.',
    fixes: ['set this machine’s clock, e.g. with timedatectl set-ntp true'],
    probe: 'clock',
    fault: 'a venue whose clock is 10 minutes ahead',
  },
  proxy: {
    title: 'A proxy wants credentials',
    apart: 'The answer is HTTP 407.',
    fixes: ['connect from where no proxy is in the way: MQTT goes through none'],
    probe: 'proxy',
    fault: 'an upgrade that is answered with 407',
  },
  forbidden: {
    title: 'The account has no right to connect',
    apart: 'The answer is HTTP 403: the credentials are right, and the right to connect is missing.',
    fixes: ['ask the venue for the right to connect, and whether it allows this machine’s address'],
    probe: 'upgrade',
    fault: 'an upgrade that is answered with 403',
  },
  'client-id': {
    title: 'The broker refuses the client id',
    apart: 'The answer is CONNACK 2.',
    fixes: ['leave out {clientId}, or pass one that no other client has'],
    probe: 'connack',
    fault: 'a broker that answers CONNACK 2',
  },
  'too-many': {
    title: 'The venue is asked too often',
    apart: 'The answer is HTTP 429. The feed waits as long as its Retry-After says.',
    fixes: ['wait: the feed tries again by itself', 'check that no other program uses the same account'],
    probe: 'sign-in',
    fault: 'an upgrade that is answered with 429',
  },
  unavailable: {
    title: 'The venue’s service is down',
    apart: 'The answer is HTTP 5xx or CONNACK 3.',
    fixes: ['check the venue’s status page', 'wait: the feed tries again by itself'],
    probe: 'sign-in',
    fault: 'a broker that answers CONNACK 3',
  },
};

/** Remedies where only the kind of a failure is known. */
const byKind: Readonly<Record<ConnectionFailure['kind'], readonly string[]>> = {
  network: ['check host and port in {url}', 'check that the network and its firewall let the connection out'],
  timeout: ['check that the broker is up and that no firewall swallows packets', 'check the venue’s status page'],
  tls: ['check this machine’s clock', 'update the CA certificates, or set {ca}', '{servername}'],
  auth: ['make a new token or secret and set it', 'check this machine’s clock', 'check the account’s rights'],
  policy: [
    'check the account’s limits and rights with the venue',
    'check that no other client uses the same client id',
  ],
  protocol: ['check that {url} is an MQTT 3.1.1 broker and its path is right'],
  flap: ['check that no second process uses the same credentials or client id', 'ask the venue why it closes'],
  venue: ['check the venue’s status page', 'wait: the feed tries again by itself'],
  reconnect: ['wait: the next connection is made as soon as the limit on connects allows it'],
};

/** The remedies for a failure of the connection, most likely first. */
export function connectionFixes({ kind, subcause }: Pick<ConnectionFailure, 'kind' | 'subcause'>): readonly string[] {
  return subcause === undefined ? byKind[kind] : failures[subcause].fixes;
}

/** The code of a failure of the connection. */
export function connectionCode({ subcause }: Pick<ConnectionFailure, 'subcause'>): `RXP_${string}` {
  return subcause === undefined ? 'RXP_NOT_CONNECTED' : `RXP_${subcause.toUpperCase().replaceAll('-', '_')}`;
}

/** Why there is no connection although one is wanted; `undefined` with a connection, or before the first failure. */
function disconnected({
  now: { state },
}: Window): { readonly reason?: ConnectionFailure; readonly more: string } | undefined {
  switch (state.status) {
    case 'waiting':
    case 'rejected':
      return { ...(state.reason === undefined ? {} : { reason: state.reason }), more: '' };
    case 'connecting':
      // Each attempt has this state: without the reason of the last failure a finding would appear and disappear with the attempts.
      return state.reason === undefined
        ? undefined
        : { reason: state.reason, more: `; attempt ${String(state.attempt + 1)} is under way` };
    default:
      return undefined;
  }
}

/** When the feed lost its connection: the first state without one since it was last live. */
function disconnectedSince({ now: { journal } }: Window): number | undefined {
  const states = journal.entries.filter((entry) => entry.type === 'connection');
  const live = states.findLastIndex(
    ({ state: { status } }) => status === 'live' || status === 'silent' || status === 'idle',
  );
  return states[live + 1]?.at;
}

function notConnected(window: Window, code: string): Detected | undefined {
  const lost = disconnected(window);
  if (lost === undefined || connectionCode(lost.reason ?? {}) !== code) return undefined;
  const { reason, more } = lost;
  const since = disconnectedSince(window);
  return {
    symptom: `not connected: ${reason === undefined ? 'the limit on connects in a minute is reached' : `${reason.message} (${reason.code})`}${more}`,
    fixes:
      reason === undefined
        ? ['call reconnect() less often', 'check what ends the connections']
        : connectionFixes(reason),
    ...(since === undefined ? {} : { since }),
  };
}

const roots = ['RXP_TAKEOVER', 'RXP_FLAPPING', 'RXP_FEED_SILENT'];

/** The reasons why there is no connection: a cause for each failure with a `subcause`, and one for the rest. */
export const connectionCauses: readonly Cause[] = [
  ...Object.entries(failures).map(([subcause, text]): Cause => {
    const code = connectionCode({ subcause: subcause as Subcause });
    return {
      ...text,
      ...{ code, chapter: 'connection', severity: 'critical', roots, over: 0 },
      detect: (window) => notConnected(window, code),
    };
  }),
  {
    code: 'RXP_NOT_CONNECTED',
    chapter: 'connection',
    severity: 'critical',
    title: 'Not connected, for another reason',
    apart:
      'The failure has no exact cause, e.g. in a browser, which hides it. Its kind and its message are in the symptom.',
    roots,
    over: 0,
    detect: (window) => notConnected(window, 'RXP_NOT_CONNECTED'),
    fixes: byKind.network,
    alert: 'rx_quotes_connected == 0 and rx_quotes_subscribers > 0',
    fault: 'a connection that is lost without a known cause',
  },
  {
    code: 'RXP_UNRESPONSIVE',
    chapter: 'connection',
    severity: 'critical',
    title: 'The broker does not answer a ping',
    apart: 'The connection stands, and a PINGRESP is overdue. The feed gives the connection up within seconds.',
    roots,
    over: 0,
    detect: ({ now: { state, at } }) =>
      state.status === 'silent' && state.why === 'unresponsive'
        ? {
            symptom: `connected, and the broker has not answered a ping for ${spanText(at - state.since)} and more`,
            since: state.since,
          }
        : undefined,
    fixes: ['wait: the feed replaces the connection within seconds', 'check the network between here and the broker'],
    probe: 'ping',
    fault: 'a peer that stops answering',
  },
  {
    code: 'RXP_PROXY_NEEDED',
    chapter: 'connection',
    severity: 'warning',
    title: 'This machine reaches others through a proxy',
    apart:
      'The host can’t be reached, and a variable such as HTTPS_PROXY names a proxy. MQTT and the sign-in go through none.',
    over: 0,
    fixes: ['have the firewall let this machine connect to that host and port, or run where no proxy is needed'],
    probe: 'proxy',
    fault: 'a closed port and the variable HTTPS_PROXY',
  },
  {
    code: 'RXP_CREDENTIALS_EXPOSED',
    chapter: 'connection',
    severity: 'warning',
    title: 'Others can read the credentials on the network',
    apart: 'The URL asks for no TLS, its host is another machine, and credentials are set.',
    over: 0,
    fixes: ['use mqtts: or wss: in {url}, with the TLS port of the broker'],
    probe: 'credentials',
    fault: 'credentials and an mqtt: URL of another machine',
  },
];
