import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PEM files of a server and of the authority that signed it, made anew for one run. */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** The authority's certificate, to trust. */
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

function openssl(...args: string[]): void {
  try {
    execFileSync('openssl', args, { stdio: 'pipe' });
  } catch (cause) {
    throw new Error('openssl failed or is missing; on Debian: apt-get install openssl', { cause });
  }
}

/** The defects of a certificate, if any. */
export interface CertificateOptions {
  /** How long it is valid from now; a negative number makes one that has expired. 2 when left out. */
  readonly days?: number;
  /** Whom it is for. `localhost` and 127.0.0.1 when left out. */
  readonly altNames?: string;
}

/** Makes a certificate in `directory`, signed by an authority of its own. */
export function makeCertificates(
  directory: string,
  { days = 2, altNames = 'DNS:localhost,IP:127.0.0.1' }: CertificateOptions = {},
): Certificates {
  const at = (name: string): string => join(directory, name);
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.crt'),
    '-days',
    '2',
    '-subj',
    '/CN=rx-quotes test authority',
  );
  openssl('req', ...newKey, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', '/CN=localhost');
  writeFileSync(at('server.ext'), `subjectAltName=${altNames}\n`);
  openssl(
    ...['x509', '-req', '-in', at('server.csr'), '-CA', at('ca.crt'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-days', String(days), '-extfile', at('server.ext'), '-out', at('server.crt')],
  );
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  return {
    caFile: at('ca.crt'),
    certFile: at('server.crt'),
    keyFile: at('server.key'),
    ca: read('ca.crt'),
    cert: read('server.crt'),
    key: read('server.key'),
  };
}
