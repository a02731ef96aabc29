import { readFileSync } from 'node:fs';
import { outOfRange } from '../../../operators/support/argument.js';
import { shownPath } from '../options/arguments.js';

/**
 * Reads the certificates to trust from a PEM file.
 *
 * @throws RangeError naming the file, and why it can't be used
 */
export function readCertificates(option: '--ca' | '--to-ca', path: string): string {
  const remedy = 'pass the path of a PEM file with the certificates to trust';
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
    throw outOfRange(option, shownPath(path), `it can't be read (${code}): ${remedy}`);
  }
  if (/-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/.test(text)) return text;
  throw outOfRange(option, shownPath(path), `it has no certificate in PEM form: ${remedy}`);
}
