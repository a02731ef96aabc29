import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { makeCertificates } from '../support/certificates.js';

/** A browser, and the certificate of the servers that it is to trust. */
export interface Chromium extends AsyncDisposable {
  readonly browser: Browser;
  readonly tls: { readonly cert: string; readonly key: string };
  /** The authority that signed it, for clients that are no browser. */
  readonly ca: string;
}

function findChromium(): string {
  const directories = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin'];
  const found = directories.map((directory) => join(directory, 'chromium')).find((path) => existsSync(path));
  if (found !== undefined) return found;
  throw new Error('chromium is not on the PATH: these tests need it; on Debian: apt-get install chromium');
}

/** The flag below identifies a certificate by this hash of its public key. */
function keyHash(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(key).digest('base64');
}

/**
 * Starts Debian's Chromium, and makes a certificate that it trusts without a trusted signer. That is a matter of these
 * tests alone; every other certificate is judged as in any browser.
 *
 * @param args - flags besides
 */
export async function startChromium(...args: readonly string[]): Promise<Chromium> {
  const executablePath = findChromium();
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-browser-'));
  const { cert, key, ca } = makeCertificates(directory);
  rmSync(directory, { recursive: true });
  const browser = await chromium.launch({
    executablePath,
    chromiumSandbox: false,
    // Playwright's defaults keep the timers of hidden pages going; users' browsers don't.
    ignoreDefaultArgs: [
      '--disable-background-timer-throttling',
      '--disable-backgrounding-occluded-windows',
      '--disable-renderer-backgrounding',
    ],
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      `--ignore-certificate-errors-spki-list=${keyHash(cert)}`,
      ...args,
    ],
    timeout: 110_000,
  });
  return { browser, tls: { cert, key }, ca, [Symbol.asyncDispose]: () => browser.close() };
}
