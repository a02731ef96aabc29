import { afterAll, describe, expect, it } from 'vitest';
import { defaultTransport } from '../../src/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import type { Endpoint } from '../../src/model/transport.js';
import { failureOf, probe } from '../contract/openConnection.js';
import { expectReportedSoon } from '../live/expectReportedSoon.js';
import { type MosquittoBroker, startMosquitto } from '../support/mosquittoBroker.js';

const transport = defaultTransport({ clock: systemClock });
const brokers = {
  good: await startMosquitto(),
  expired: await startMosquitto({ days: -1 }),
  misnamed: await startMosquitto({ altNames: 'DNS:venue.example' }),
};
afterAll(() => Promise.all(Object.values(brokers).map(({ stop }) => stop())));

type SecureScheme = 'mqtts' | 'wss';
const schemes = ['mqtts', 'wss'] as const;

function endpointOf({ urls, username, password, certificates }: MosquittoBroker, scheme: SecureScheme): Endpoint {
  return { url: urls[scheme], username, password, tls: { ca: certificates.ca } };
}

/** The failures of a certificate: the message of the feed, and the option or action that may help. */
const failures: readonly (readonly [string, (scheme: SecureScheme) => Endpoint, code: string, remedy: string])[] = [
  [
    'of an unknown authority',
    (scheme) => {
      const { tls: _trusted, ...endpoint } = endpointOf(brokers.good, scheme);
      return endpoint;
    },
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'tls.ca',
  ],
  [
    'of another authority than the trusted one',
    (scheme) => ({ ...endpointOf(brokers.good, scheme), tls: { ca: brokers.expired.certificates.ca } }),
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'tls.ca',
  ],
  ['that has expired', (scheme) => endpointOf(brokers.expired, scheme), 'CERT_HAS_EXPIRED', 'clock'],
  [
    'for another name',
    (scheme) => endpointOf(brokers.misnamed, scheme),
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'tls.servername',
  ],
  [
    'for another name than the one asked for',
    (scheme) => {
      const { tls, ...endpoint } = endpointOf(brokers.good, scheme);
      return { ...endpoint, tls: { ...tls, servername: 'venue.example' } };
    },
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'tls.servername',
  ],
];

describe.each(schemes)('%s', (scheme) => {
  it.for(failures)(
    'a certificate %s is a TLS failure, reported within a second',
    async ([, endpoint, code, remedy], context) => {
      const reason = {
        kind: 'tls',
        code: 'RXQ_TLS',
        message: expect.stringContaining(remedy),
        cause: { code },
      };
      const received = probe(transport, endpoint(scheme));
      expect(await failureOf(received)).toMatchObject(reason);
      expect(received.events).toEqual([]);
      await expectReportedSoon({ endpoint: () => endpoint(scheme), reason }, context.annotate);
    },
  );

  it.each(failures)('only insecureSkipVerify accepts a certificate %s', async (_, endpoint) => {
    const { tls, ...rest } = endpoint(scheme);
    const received = probe(transport, { ...rest, tls: { ...tls, insecureSkipVerify: true } });
    await received.opened;
    received.subscription.unsubscribe();
  });

  it('a certificate for another name is taken by that name', async () => {
    const { tls, ...endpoint } = endpointOf(brokers.misnamed, scheme);
    const received = probe(transport, { ...endpoint, tls: { ...tls, servername: 'venue.example' } });
    await received.opened;
    received.subscription.unsubscribe();
  });
});

it('TLS to a port without TLS is a TLS failure, TCP to a port with TLS a failure all the same', async () => {
  const { urls } = brokers.good;
  const wrong = { ...endpointOf(brokers.good, 'mqtts'), url: urls.mqtt.replace('mqtt:', 'mqtts:') };
  const failure = await failureOf(probe(transport, wrong));
  expect(['tls', 'network']).toContain(failure.kind);
  const plain = await failureOf(probe(transport, { url: urls.mqtts.replace('mqtts:', 'mqtt:') }));
  expect(['protocol', 'network']).toContain(plain.kind);
});
