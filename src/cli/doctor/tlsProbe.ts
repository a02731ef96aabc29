import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from 'node:tls';
import { Observable } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { classifyFailure } from '../../mqtt/transport/classifyFailure.js';
import type { Target } from '../../mqtt/transport/endpointUrl.js';
import { nodeTlsOptions } from '../../mqtt/transport/node/tcpStream.js';
import { caused, failureOutcome } from './failureOutcome.js';
import { endedIn } from './socketProbes.js';
import type { Outcome } from './step.js';

const DAY = 86_400_000;

/** The days before the end of a certificate from which on it is a warning: enough to have it renewed. */
const SOON = 14;

/** TLS options that accept any certificate, so that it can be described; the socket still tells whether it is good. */
export function describing({ host, port, endpoint }: Target): ConnectionOptions {
  return { host, port, ...nodeTlsOptions(host, endpoint.tls), rejectUnauthorized: false };
}

/** The names of a certificate without the marks of their types. */
function namesIn({ subjectaltname = '' }: PeerCertificate): string {
  return subjectaltname.replaceAll(/(DNS|IP Address):/g, '');
}

function nameOf({ CN, O }: { readonly CN?: string | string[]; readonly O?: string | string[] } = {}): string {
  return [CN ?? O ?? 'no name'].flat().join(', ');
}

function outcomeOf(socket: TLSSocket, target: Target, clock: Clock): Outcome {
  const { address, endpoint } = target;
  const certificate = socket.getPeerCertificate();
  const [from, to] = [Date.parse(certificate.valid_from), Date.parse(certificate.valid_to)];
  const daysLeft = Math.floor((to - clock.now()) / DAY);
  const [subject, issuer] = [nameOf(certificate.subject), nameOf(certificate.issuer)];
  const evidence = {
    subject,
    names: namesIn(certificate),
    issuer,
    validFrom: new Date(from).toISOString(),
    validTo: new Date(to).toISOString(),
    daysLeft,
    protocol: socket.getProtocol() ?? '',
  };
  const shown = `for ${evidence.names || subject}, issued by ${issuer}, valid from ${evidence.validFrom.slice(0, 10)} to ${evidence.validTo.slice(0, 10)}`;
  if (!socket.authorized && endpoint.tls?.insecureSkipVerify !== true) {
    const error = Object.assign(new Error('the certificate'), { code: String(socket.authorizationError) });
    const failed = failureOutcome(classifyFailure(error, target, 'socket', false, clock.now()), address);
    return { ...failed, text: `${failed.text}; it is ${shown}`, evidence: { ...failed.evidence, ...evidence } };
  }
  if (daysLeft < SOON) {
    return {
      status: 'warning',
      about: address,
      text: `has a certificate that ends in ${daysLeft} days; it is ${shown}`,
      evidence,
      ...caused('RXP_CERTIFICATE_EXPIRES'),
    };
  }
  return {
    status: 'ok',
    about: address,
    text: `has a valid certificate for ${daysLeft} more days: ${shown}`,
    evidence,
  };
}

/**
 * Agrees on TLS, sends nothing more, and closes. The certificate is described also where it is refused, and verified as
 * the feed would verify it.
 */
export function tlsProbe(target: Target, clock: Clock): Observable<Outcome> {
  return new Observable<Outcome>((out) => {
    const socket = connect(describing(target));
    socket.on('error', (error) => {
      out.error(error);
    });
    socket.once('secureConnect', () => {
      out.next(outcomeOf(socket, target, clock));
      out.complete();
    });
    return () => socket.destroy();
  }).pipe(endedIn(clock, target));
}
