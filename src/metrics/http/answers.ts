/** The response to a request. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The longest text of a client that an answer repeats, in characters. */
const longestQuote = 80;

/** Fields that hold a wall time in ms. Answers show it as ISO 8601 in UTC. */
const times = new Set([
  ...['at', 'since', 'last', 'until', 'receivedAt'],
  ...['lostAt', 'recoveredAt', 'silentSince', 'retryAt'],
]);

/** A text of a client as an answer repeats it. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > longestQuote ? `${text.slice(0, longestQuote - 1)}…` : text);
}

/** An answer that is data. */
export function jsonAnswer(status: number, value: object): HttpAnswer {
  const text = JSON.stringify(
    value,
    (name, part: unknown) => (times.has(name) && Number.isFinite(part) ? new Date(part as number).toISOString() : part),
    2,
  );
  return { status, headers: { 'Content-Type': 'application/json' }, body: `${text}\n` };
}

/** An answer in words, one line. */
export function textAnswer(status: number, line: string, headers: HttpAnswer['headers'] = {}): HttpAnswer {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8', ...headers }, body: `${line}\n` };
}
