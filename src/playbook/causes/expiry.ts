import type { Cause } from '../cause.js';

/** Ends that are near. Only the doctor sees them: a feed asks for its next token by itself. */
export const expiryCauses: readonly Cause[] = [
  {
    code: 'RXP_CERTIFICATE_EXPIRES',
    chapter: 'expiry',
    severity: 'warning',
    title: 'The broker’s certificate ends soon',
    apart: 'The certificate that the broker shows is valid for less than 14 days.',
    over: 0,
    fixes: ['renew the broker’s certificate, or ask the venue to'],
    probe: 'tls',
    fault: 'a broker whose certificate ends in two days',
  },
  {
    code: 'RXP_TOKEN_EXPIRES',
    chapter: 'expiry',
    severity: 'warning',
    title: 'The venue’s token ends soon',
    apart: 'The token that the venue gave ends within 5 minutes.',
    over: 0,
    fixes: ['check this machine’s clock against the venue’s', 'ask the venue how long its tokens last'],
    probe: 'token',
    fault: 'a venue whose tokens last a minute',
  },
];
