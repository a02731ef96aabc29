import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { classifyFailure } from '../../src/mqtt/transport/classifyFailure.js';
import { parseEndpoint } from '../../src/mqtt/transport/endpointUrl.js';

const target = parseEndpoint({
  url: 'wss://venue.example/mqtt?token=in-the-query',
  username: 'trader-7',
  password: 'correct horse',
  headers: { Authorization: 'Bearer t0p-secret' },
});
const coded = (code: string, message = 'boom'): Error => Object.assign(new Error(message), { code });

describe('classifyFailure', () => {
  it.each([
    ['ECONNREFUSED', 'network'],
    ['ECONNRESET', 'network'],
    ['EPIPE', 'network'],
    ['ENOTFOUND', 'network'],
    ['EAI_AGAIN', 'network'],
    ['EHOSTUNREACH', 'network'],
    ['ENETUNREACH', 'network'],
    ['ERR_STREAM_WRITE_AFTER_END', 'network'],
    ['ETIMEDOUT', 'timeout'],
    ['CERT_HAS_EXPIRED', 'tls'],
    ['CERT_NOT_YET_VALID', 'tls'],
    ['CERT_REVOKED', 'tls'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls'],
    ['ERR_OSSL_PEM_NO_START_LINE', 'tls'],
    ['EPROTO', 'tls'],
    ['HPE_INVALID_CONSTANT', 'protocol'],
    ['WS_ERR_INVALID_OPCODE', 'protocol'],
    ['RXQ_TEXT_FRAME', 'protocol'],
  ])('%s is a %s failure whose message names the code and a remedy', (code, kind) => {
    for (const origin of ['socket', 'client'] as const) {
      const failure = classifyFailure(coded(code), target, origin, true, 0);
      expect(failure.kind).toBe(kind);
      expect(failure.message).toMatch(new RegExp(`^wss://venue\\.example:443 .+ \\(${code}\\): .+`));
      expect(failure.cause).toMatchObject({ code, message: 'boom' });
    }
  });

  it.each([
    ['Keepalive timeout', 'client', 'timeout'],
    ['connack timeout', 'client', 'timeout'],
    ['Server sent no subprotocol', 'socket', 'protocol'],
    ['Invalid Sec-WebSocket-Accept header', 'socket', 'protocol'],
    ['Invalid header flag bits, must be 0x0 for puback packet', 'client', 'protocol'],
    ['WebSocket error', 'socket', 'network'],
  ] as const)('"%s" of the %s is a %s failure', (message, origin, kind) => {
    expect(classifyFailure(new Error(message), target, origin, true, 0).kind).toBe(kind);
  });

  it('a mere close is a network failure without a cause', () => {
    const failure = classifyFailure(undefined, target, 'socket', true, 0);
    expect(failure).toMatchObject({ kind: 'network' });
    expect(failure).not.toHaveProperty('cause');
  });

  it('shows no credential, wherever the cause has it', () => {
    const error = Object.assign(
      coded(
        'ECONNREFUSED',
        'trader-7 correct horse Bearer t0p-secret t0p-secret wss://venue.example/mqtt?token=in-the-query',
      ),
      { rawPacket: 'correct horse', options: { password: 'correct horse' } },
    );
    const failure = classifyFailure(error, target, 'socket', true, 0);
    const shown = inspect([failure, failure.cause], { depth: 9, showHidden: true });
    expect(shown).not.toMatch(/trader-7|correct horse|t0p-secret|in-the-query/);
    expect(shown).toContain('ECONNREFUSED');
  });

  it('shows no part of a credential that begins with another one, nor a token in the path or in the query', () => {
    const tokens = parseEndpoint({
      url: 'wss://venue.example/mqtt/t0ken-of-the-path?a=1&token=in-the-query',
      username: 'desk',
      password: 'desk-2024-hunter',
    });
    const error = coded('ECONNRESET', 'desk-2024-hunter /t0ken-of-the-path in-the-query');
    const { cause } = classifyFailure(error, tokens, 'socket', true, 0);
    expect(cause).toMatchObject({ message: '[hidden] /[hidden] [hidden]' });
  });
});
