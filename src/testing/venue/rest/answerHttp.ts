import type * as http from 'node:http';
import type { RestAnswer, RestRequest } from './restApi.js';

/** The longest body in bytes: more than any call of this API needs. */
const longestBody = 65_536;

async function bodyOf(request: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > longestBody) throw new RangeError('the body is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The path of a request's target, without its query. */
export function pathOf(target: string | undefined): string {
  const [path = ''] = (target ?? '').split('?');
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Passes requests to a REST side and sends its answers.
 *
 * @param date - returns the value of the `Date` header
 */
export function answerHttp(api: (request: RestRequest) => RestAnswer, date: () => string): http.RequestListener {
  const answer = async (request: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const { method = '', url, headers } = request;
    const body = await bodyOf(request);
    const given = api({ method, path: pathOf(url), authorization: headers.authorization, body });
    if (given === 'hang') return;
    if (given === 'reset') {
      request.socket.destroy();
      return;
    }
    const { status, retryAfter, body: content } = given;
    response.writeHead(status, {
      Date: date(),
      'Content-Type': content.startsWith('<') ? 'text/html' : 'application/json',
      ...(retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) }),
    });
    response.end(content);
  };
  return (request, response) => {
    answer(request, response).catch(() => {
      request.socket.destroy();
    });
  };
}
