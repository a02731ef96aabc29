/** The purpose of a token: REST calls, renewing, connecting. */
export type TokenKind = 'access' | 'refresh' | 'dispatcher';

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

/** Issues tokens, and checks whether a token is valid. */
export class TokenStore {
  private readonly ends = new Map<string, number>();
  private readonly now: () => number;
  private readonly random: () => number;
  private readonly format: 'opaque' | 'jwt';
  private count = 0;

  constructor(now: () => number, random: () => number, format: 'opaque' | 'jwt') {
    this.now = now;
    this.random = random;
    this.format = format;
  }

  /** @param life - in ms */
  issue(kind: TokenKind, life: number): string {
    this.count += 1;
    const end = this.now() + life;
    const noise = base64url(Array.from({ length: 24 }, () => Math.floor(this.random() * 256).toString(16)).join(''));
    const claims = base64url(JSON.stringify({ sub: kind, jti: this.count, exp: Math.floor(end / 1000) }));
    const token =
      this.format === 'jwt'
        ? `${base64url('{"alg":"HS256","typ":"JWT"}')}.${claims}.${noise}`
        : `${kind}-${String(this.count)}-${noise}`;
    this.ends.set(`${kind} ${token}`, end);
    return token;
  }

  /** Whether a token was issued for this purpose, has not ended and was not revoked. */
  isGood(kind: TokenKind, token: string): boolean {
    return (this.endOf(kind, token) ?? -Infinity) > this.now();
  }

  /** When a token ends, ms since the Unix epoch. */
  endOf(kind: TokenKind, token: string): number | undefined {
    return this.ends.get(`${kind} ${token}`);
  }

  /** Revokes all tokens of these kinds. */
  expire(kinds: readonly TokenKind[]): void {
    for (const key of this.ends.keys()) if (kinds.some((kind) => key.startsWith(`${kind} `))) this.ends.delete(key);
  }
}

/** The token of an `Authorization: Bearer …` header. */
export function bearerToken(header: string | undefined): string {
  return /^Bearer +(\S+)$/i.exec(header ?? '')?.[1] ?? '';
}
