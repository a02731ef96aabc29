import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { catchError, concatMap, defaultIfEmpty, map, Observable, of, timeout } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Target } from '../../mqtt/transport/endpointUrl.js';
import { failureOutcome } from './failureOutcome.js';
import type { Outcome } from './step.js';
import { describing } from './tlsProbe.js';

/** The protocol of a port, as far as it shows without MQTT: a broker answers neither TLS nor HTTP. */
type Protocol = 'TLS' | 'WebSocket' | 'HTTP' | 'neither TLS nor HTTP';

/** How long a port may take to answer, in ms: a broker may wait for more, and say nothing. */
const PATIENCE = 2_000;

function speaksTls(target: Target, clock: Clock): Observable<boolean> {
  return new Observable<boolean>((out) => {
    const socket = connectTls(describing(target));
    socket.on('error', () => {
      out.complete();
    });
    socket.once('secureConnect', () => {
      out.next(true);
      out.complete();
    });
    return () => socket.destroy();
  }).pipe(
    timeout({ first: PATIENCE, scheduler: clock.timers }),
    catchError(() => of(false)),
    defaultIfEmpty(false),
  );
}

/** The request for a WebSocket of sub-protocol `mqtt` (RFC 6455, 4.1), without credentials and without the path. */
function upgradeRequest({ host, port }: Target): string {
  const lines = [
    'GET / HTTP/1.1',
    `Host: ${host.includes(':') ? `[${host}]` : host}:${port}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${Buffer.alloc(16, 1).toString('base64')}`,
    'Sec-WebSocket-Protocol: mqtt',
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

/** The status of the answer to a request for a WebSocket; `undefined` for an answer that is no HTTP, or none. */
function httpStatus(target: Target, clock: Clock): Observable<number | undefined> {
  const isSecure = target.scheme === 'mqtts' || target.scheme === 'wss';
  return new Observable<number | undefined>((out) => {
    const socket = isSecure ? connectTls(describing(target)) : connectTcp(target.port, target.host);
    let text = '';
    socket.on('error', () => {
      out.complete();
    });
    socket.on('close', () => {
      out.complete();
    });
    socket.once(isSecure ? 'secureConnect' : 'connect', () => socket.write(upgradeRequest(target)));
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const status = /^HTTP\/1\.\d (\d{3})/.exec(text)?.[1];
      if (status === undefined && 'HTTP/1.'.startsWith(text.slice(0, 7)) && text.length < 12) return;
      out.next(status === undefined ? undefined : Number(status));
      out.complete();
    });
    return () => socket.destroy();
  }).pipe(
    timeout({ first: PATIENCE, scheduler: clock.timers }),
    catchError(() => of(undefined)),
    defaultIfEmpty(undefined),
  );
}

function protocolOf(target: Target, clock: Clock): Observable<Protocol> {
  const isPlain = target.scheme === 'mqtt' || target.scheme === 'ws';
  return (isPlain ? speaksTls(target, clock) : of(false)).pipe(
    concatMap((isTls): Observable<Protocol> => {
      if (isTls) return of('TLS');
      return httpStatus(target, clock).pipe(
        map((status) => (status === undefined ? 'neither TLS nor HTTP' : status === 101 ? 'WebSocket' : 'HTTP')),
      );
    }),
  );
}

/** The subcause that a protocol is for a scheme; `undefined` if it fits. */
function wrongFor(scheme: Target['scheme'], protocol: Protocol): ConnectionFailure['subcause'] {
  if (protocol === 'TLS') return 'plain-on-tls-port';
  const isHttp = protocol !== 'neither TLS nor HTTP';
  if (scheme === 'ws' || scheme === 'wss') return isHttp ? undefined : 'not-websocket';
  return isHttp ? 'http' : undefined;
}

/** Finds out what a port speaks that does not speak TLS although the URL asks for it. */
export function plainPortProbe(target: Target, clock: Clock): Observable<Outcome> {
  const { scheme, address } = target;
  const plain = scheme === 'wss' ? 'ws' : 'mqtt';
  return protocolOf({ ...target, scheme: plain }, clock).pipe(
    map((protocol): Outcome => {
      const failure = new ConnectionFailure('tls', protocol, { subcause: 'tls-on-plain-port' });
      const others = { WebSocket: 'ws', HTTP: 'ws', TLS: scheme, 'neither TLS nor HTTP': 'mqtt' } as const;
      return {
        ...failureOutcome(failure, address),
        // The failure is that of TLS; this tells what to do instead.
        status: 'warning',
        text: `speaks ${protocol} without TLS, and the URL asks for ${scheme}:`,
        evidence: { protocol },
        fix: `pass ${others[protocol]}: in --url if the broker is to have no TLS, or else its TLS port`,
      };
    }),
  );
}

/** Finds out what a port speaks, without MQTT and without credentials. */
export function portProbe(target: Target, clock: Clock): Observable<Outcome> {
  const { scheme, address } = target;
  return protocolOf(target, clock).pipe(
    map((protocol): Outcome => {
      const subcause = wrongFor(scheme, protocol);
      const text = `speaks ${protocol}`;
      if (subcause !== undefined) {
        const failed = failureOutcome(new ConnectionFailure('protocol', text, { subcause }), address);
        const fix =
          protocol === 'WebSocket' ? `pass ${scheme === 'mqtt' ? 'ws' : 'wss'}: and the path in --url` : failed.fix;
        return {
          ...failed,
          text: `${text}, and the URL asks for ${scheme}:`,
          evidence: { protocol },
          ...(fix === undefined ? {} : { fix }),
        };
      }
      const asBroker = scheme.startsWith('mqtt') ? ', as an MQTT broker does' : '';
      return { status: 'ok', about: address, text: `${text}${asBroker}`, evidence: { protocol } };
    }),
  );
}
