import { catchError, defer, map, type Observable, of } from 'rxjs';
import type { Clock } from '../../model/clock.js';
import { ConnectionFailure } from '../../model/errors.js';
import type { Target } from '../../mqtt/transport/endpointUrl.js';
import { settrade, type SettradeConfig, type SettradeEvent } from '../../settrade/index.js';
import { settradeBaseUrl } from '../../settrade/settrade.js';
import type { Venue } from '../../model/venue.js';
import { expiryOutcome } from './credentialProbes.js';
import { EndpointSource } from './endpointSource.js';
import { failureOutcome } from './failureOutcome.js';
import type { Outcome, StepResult } from './step.js';

/** Whether a URL of the REST interface is the dispatcher's; all others are of the sign-in. */
const isDispatcher = (url: string): boolean => url.includes('/api/dispatcher/');

/** The sign-in of Settrade in its two steps: the login, then the dispatcher, which gives the hosts of the broker and a token. */
export class SettradeDoor {
  readonly venue: Venue<SettradeEvent>;
  readonly source: EndpointSource;
  /** The server of sign-in and dispatcher. */
  readonly rest: Target;
  private readonly clock: Clock;
  /** Whether the last request was one to the dispatcher. */
  private isSignedIn = false;
  private failure: ConnectionFailure | undefined;

  constructor(account: SettradeConfig, clock: Clock) {
    const { protocol, hostname, port } = new URL(settradeBaseUrl(account));
    const isSecure = protocol === 'https:';
    const number = port === '' ? (isSecure ? 443 : 80) : Number(port);
    this.clock = clock;
    this.rest = {
      // A socket needs no more of HTTP than a WebSocket does.
      scheme: isSecure ? 'wss' : 'ws',
      host: hostname.replace(/^\[|\]$/g, ''),
      port: number,
      path: '/',
      address: `${protocol}//${hostname}:${number}`,
      endpoint: { url: `${isSecure ? 'wss' : 'ws'}://${hostname}:${number}` },
    };
    this.venue = settrade({
      ...account,
      clock,
      fetch: (url, init) => {
        this.isSignedIn = isDispatcher(url);
        return fetch(url, init);
      },
    });
    this.source = new EndpointSource(this.venue.endpoints, clock);
  }

  /** Signs in, and asks the dispatcher; the outcome is that of the sign-in alone. */
  signIn(): Observable<Outcome> {
    return defer(() => {
      this.isSignedIn = this.source.endpoint !== undefined;
      this.failure = undefined;
      const accepted: Outcome = { status: 'ok', about: this.rest.address, text: 'accepts the app' };
      return this.source.ask().pipe(
        map(() => accepted),
        catchError((error: unknown) => {
          this.failure = error instanceof ConnectionFailure ? error : new ConnectionFailure('venue', String(error));
          return of(this.isSignedIn ? accepted : this.failed(this.failure));
        }),
      );
    });
  }

  /** The answer of the dispatcher: a token and its end. */
  token(): Outcome {
    const { failure, source, clock } = this;
    if (failure !== undefined) return this.failed(failure);
    return expiryOutcome(source.endpoint?.expiresAt ?? Infinity, clock, 'run the command again: it signs in anew');
  }

  /** The message names the service and its address, so that the outcome is about nothing more. */
  private failed(failure: ConnectionFailure): Outcome {
    const { about: _, ...outcome } = failureOutcome(failure, this.rest.address);
    return outcome;
  }
}

/** Remedies that have other words for Settrade, whose addresses and tokens come from its sign-in. */
const fixes: Readonly<Record<string, string>> = {
  RXP_DNS: 'check that the DNS of this machine knows the name; another deployment is SETTRADE_BASE_URL',
  RXP_REFUSED: 'check the status page of the venue; another deployment is SETTRADE_BASE_URL',
  RXP_CREDENTIALS: 'check SETTRADE_APP_ID, SETTRADE_APP_SECRET, SETTRADE_APP_CODE and SETTRADE_BROKER_ID',
  RXP_NO_CREDENTIALS: 'run the command again: it signs in anew',
  RXP_CERTIFICATE_ISSUER: 'set NODE_EXTRA_CA_CERTS to the file with the certificate of the issuer',
  RXP_CERTIFICATE_NAME: 'check the status page of the venue; another deployment is SETTRADE_BASE_URL',
  RXP_TLS_ON_PLAIN_PORT: 'check SETTRADE_BASE_URL, and for a proxy on the way',
  RXP_PLAIN_ON_TLS_PORT: 'pass https: in SETTRADE_BASE_URL',
  RXP_NOT_WEBSOCKET: 'check SETTRADE_BASE_URL, and for a proxy on the way',
};

/** A result with its remedy in the words of `--settrade`. */
export function inWordsOfSettrade(outcome: StepResult): StepResult {
  const isTokenRefused = outcome.code === 'RXP_CREDENTIALS' && outcome.step !== 'sign-in';
  const fix = isTokenRefused ? fixes['RXP_NO_CREDENTIALS'] : fixes[outcome.code ?? ''];
  return fix === undefined || outcome.fix === undefined ? outcome : { ...outcome, fix };
}
