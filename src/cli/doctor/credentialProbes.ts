import type { Clock } from '../../model/clock.js';
import type { Endpoint } from '../../model/transport.js';
import { exposure } from '../place/credentials.js';
import { caused } from './failureOutcome.js';
import type { Outcome } from './step.js';

/** A token that ends within this span, in ms, is a warning. */
const SOON = 300_000;

/** Which credentials an endpoint sends, without any of their text. */
export function credentialsOutcome(endpoint: Endpoint): Outcome {
  const { username, password, headers = {} } = endpoint;
  const sent = [
    ...(username === undefined ? [] : ['user name']),
    ...(password === undefined ? [] : ['password']),
    ...(Object.keys(headers).length === 0 ? [] : ['token in the header Authorization']),
  ];
  const evidence = { sent: sent.join(', ') };
  if (sent.length === 0) {
    return { status: 'ok', text: 'neither API_TOKEN nor MQTT_USERNAME is set, so that none are sent', evidence };
  }
  const warning = exposure(endpoint);
  return warning === undefined
    ? { status: 'ok', text: `${sent.join(', ')}, from the environment`, evidence }
    : {
        status: 'warning',
        text: warning,
        evidence,
        ...caused('RXP_CREDENTIALS_EXPOSED'),
      };
}

/** A span as a person says it. */
function spanText(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** Whether a token is still good at its end, wall time in ms. */
export function expiryOutcome(expiresAt: number, clock: Pick<Clock, 'now'>, fix: string): Outcome {
  const left = expiresAt - clock.now();
  const evidence = { expiresAt: new Date(expiresAt).toISOString(), leftMs: Math.round(left) };
  if (left > SOON) return { status: 'ok', text: `is good for ${spanText(left)} more`, evidence };
  const code = 'RXP_TOKEN_EXPIRES';
  const rest = { evidence, ...caused(code, fix) };
  return left > 0
    ? { status: 'warning', text: `ends in ${spanText(left)}`, ...rest }
    : { status: 'failed', text: `ended ${spanText(left)} ago`, ...rest };
}

/** The end of a JSON Web Token (RFC 7519, 4.1.4), wall time in ms; `undefined` for any other token. */
export function endOfJwt(token: string | undefined): number | undefined {
  const [, payload, ...signature] = (token ?? '').split('.');
  if (payload === undefined || signature.length !== 1) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { readonly exp?: unknown };
    return typeof exp === 'number' && Number.isFinite(exp) ? exp * 1000 : undefined;
  } catch {
    return undefined;
  }
}
