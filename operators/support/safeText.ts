import { HIDDEN } from './argument.js';

/** A host name or an IP address, with or without a port. Escaped characters could hide a user name and a password. */
const HOST = /^(?:[a-z\d._-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i;

/** The scheme of a URL with an authority. Its length is bounded, so that the search of any text is quick. */
const SCHEME = '[a-z][a-z\\d+.-]{0,19}:\\/\\/';

const startsLikeUrl = new RegExp(`^\\s*${SCHEME}`, 'i');
/** Matches everything up to the last at sign: a password may hold spaces and line ends, which URL parsers drop. */
const userInfo = new RegExp(`(${SCHEME})[\\s\\S]*@`, 'gi');
const urls = new RegExp(`(${SCHEME})(\\[hidden\\]@)?([^\\s"'<>]*)`, 'gi');
/** Matches a user name and a password before an at sign, or an escaped one, without a scheme. */
const bareUserInfo = /[^\s/@"']{0,64}:(?!\/\/)[^\s@"']{0,1024}(?:@|%40)/gi;

/** Whether a text is a plain host, which can hold no secret. */
export function isHost(text: string): boolean {
  return HOST.test(text);
}

/**
 * Scheme, host and port of a URL: the parts that can hold no secret. `undefined` where they can't be separated from the
 * rest.
 */
export function addressIn(text: string): string | undefined {
  if (!startsLikeUrl.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, host, pathname, search, hash } = new URL(text);
  // If the password has an unescaped slash, the parser reads a part of the password as the port.
  const isAmbiguous = /@|%40/i.test(`${pathname}${search}${hash}`);
  return isHost(host) && !isAmbiguous ? `${protocol}//${host}` : undefined;
}

/** Longer messages are cut, because the search takes more than linear time. */
const LONGEST = 2_000;

/** A text without the parts of its URLs that may hold secrets: user name, password, query and fragment. */
export function withoutUrlSecrets(text: string): string {
  const line = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return line
    .replace(userInfo, `$1${HIDDEN}@`)
    .replace(urls, (_, scheme: string, user: string | undefined, rest: string) => {
      const end = /[.,;:!)]*$/.exec(rest)?.[0] ?? '';
      const body = rest.slice(0, rest.length - end.length);
      const [address = ''] = body.split(/[?#]/);
      const [host = ''] = address.split(/[/\\]/);
      const shown = isHost(host) || host === '' ? address : HIDDEN;
      return `${scheme}${user ?? ''}${shown}${shown === body ? '' : '…'}${end}`;
    })
    .replace(bareUserInfo, `${HIDDEN}@`);
}
