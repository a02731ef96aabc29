import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CertificateOptions, type Certificates, makeCertificates } from '../../support/certificates.js';
import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';
import type { Scene } from '../scene/scene.js';

/** Where the far side speaks TLS: Mosquitto itself does, before the venue it is the proxy. */
async function secured(
  scene: Scene,
  certificate: CertificateOptions,
): Promise<{ readonly url: string; readonly ca: string }> {
  const { mosquitto } = scene.far;
  if (mosquitto !== undefined) return { url: mosquitto.urls.mqtts, ca: mosquitto.certificates.ca };
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-faults-'));
  const certificates: Certificates = makeCertificates(directory, certificate);
  rmSync(directory, { recursive: true });
  const { url } = await scene.proxied({ scheme: 'mqtts', tls: certificates });
  return { url, ca: certificates.ca };
}

/** A certificate that is not to be believed, for a minute; then the feed gets another port. */
export const tls: readonly FaultRow[] = (
  [
    ['untrusted', {}],
    ['expired', { days: -1 }],
    ['for another name', { altNames: 'DNS:venue.example' }],
  ] as const
).map(([what, certificate]) => ({
  fault: `certificate ${what}, for a minute`,
  brokers: both,
  expect: 'tls RXQ_TLS, rejected',
  deadline: deadlines.tls,
  quick: what === 'expired',
  certificate,
  run: async (scene) => {
    const { login, url: open } = scene.far;
    const { url, ca } = await secured(scene, certificate);
    let isMended = false;
    scene.fault();
    scene.subscribe({
      endpoint: () =>
        isMended ? { url: open, ...login } : { url, ...login, ...(what === 'untrusted' ? {} : { tls: { ca } }) },
    });
    await scene.untilReported();
    await scene.minuteThenCure(() => {
      isMended = true;
    });
  },
}));
