import { outOfRange, wrongType } from '../../../operators/support/argument.js';

/** A host name as in a URL, without scheme and port. */
const hostName = /^[a-z\d_-]+(\.[a-z\d_-]+)*$/i;

/** An IP address in the normal form of `URL`. */
const address = /^(\[.*\]|[\d.]+)$/;

/** Checks a list of host names. */
export function checkHostNames(option: string, names: unknown): void {
  const remedy = 'pass host names without scheme and port, e.g. ["metrics.example.com"]';
  if (!Array.isArray(names)) throw wrongType(option, names, remedy);
  for (const name of names as readonly unknown[]) {
    if (typeof name !== 'string') throw wrongType(option, name, remedy);
    if (!hostName.test(name)) throw outOfRange(option, name, remedy);
  }
}

/**
 * Returns the name in a `Host` header if it is a foreign one: neither an IP address, nor `localhost`, nor one of `allowed`.
 *
 * The name of a web page can be made to resolve to 127.0.0.1 while a user of this machine has the page open (DNS rebinding). The
 * browser then lets the page read the answers, and the `Host` header still has the page's name. No page has an IP address or
 * `localhost` as its name without being served from there. HTTP/1.0 clients may send no header; browsers always send one.
 */
export function foreignName(header: string, allowed: readonly string[]): string | undefined {
  if (header === '') return undefined;
  const url = `http://${header}`;
  if (!URL.canParse(url)) return header;
  const name = new URL(url).hostname.replace(/\.$/, '');
  const isOwn = name === 'localhost' || address.test(name) || allowed.some((one) => one.toLowerCase() === name);
  return isOwn ? undefined : name;
}
