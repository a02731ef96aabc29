import type { Endpoint } from '../../model/transport.js';

/** The longest text from a peer that is shown, in characters. */
const LONGEST = 200;

/** The shortest text that is hidden: a shorter one is a word, and hiding it would make a peer's text unreadable. */
const SHORTEST_SECRET = 4;
const SHORTEST_LEVEL = 16;

/** The parts of a URL that may be tokens: the query, its values, and long segments of the path. */
function secretsOf(url: string): readonly string[] {
  const [address = '', query = ''] = url.split('?');
  const values = [...new URLSearchParams(query).values()];
  const levels = address.split('/').slice(address.includes('://') ? 3 : 0);
  return [query, ...values, ...levels.filter(({ length }) => length >= SHORTEST_LEVEL)];
}

/** A text from a peer, without the credentials of an endpoint, which it may repeat. */
export function redact(text: string, { url, username, password, headers = {}, tls }: Endpoint): string {
  const tokens = Object.values(headers).flatMap((value) => [value, ...value.split(' ')]);
  const secrets = [username, password, tls?.key, ...secretsOf(url), ...tokens]
    .filter((one) => one !== undefined && one.length >= SHORTEST_SECRET)
    // The longest secret is hidden first: otherwise a secret that begins with another one would be shown in part.
    .sort((a = '', b = '') => b.length - a.length);
  return secrets.reduce<string>((shown, secret) => shown.replaceAll(secret ?? '', '[hidden]'), text);
}

/** A text from a peer for logs and states: without credentials, in one line of bounded length. */
export function shown(text: string, endpoint: Endpoint): string {
  const line = redact(text, endpoint).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ');
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
