import type { Endpoint } from '../transport.js';

/** Longest text of a peer that is shown. */
const LONGEST = 200;

/** A text of the peer's without the credentials of an endpoint, which it may repeat. */
export function redact(text: string, { url, username, password, headers = {}, tls }: Endpoint): string {
  const query = url.split('?')[1];
  const tokens = Object.values(headers).flatMap((value) => [value, ...value.split(' ')]);
  // Shorter ones would cut words of the text to pieces and are no secrets worth the name.
  const secrets = [username, password, query, tls?.key, ...tokens].filter((one) => one !== undefined && one.length > 3);
  return secrets.reduce<string>((shown, secret) => shown.replaceAll(secret ?? '', '[hidden]'), text);
}

/** The same in one line of bounded length: for logs and states. */
export function shown(text: string, endpoint: Endpoint): string {
  const line = redact(text, endpoint).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
