import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { outOfRange } from '../../../operators/support/argument.js';
import { withoutUrlSecrets } from '../../../operators/support/safeText.js';
import type { JsonQuote } from '../../jsonQuote.js';
import { nodeModule } from '../../nodeModule.js';
import { printable } from '../terminal/cells.js';

/** Turns a message into a quote. */
export type QuoteDecoder = (payload: Uint8Array, topic: string, symbol: string) => JsonQuote;

const remedy =
  'write a module with export default function decode(payload, topic, symbol), which returns { symbol, bid, ask, … }';

/**
 * Imports the decoder of a module: its export `default` or `decode`, a function, or an object with the function as
 * `quote`.
 *
 * @throws RangeError naming the file, and why it is no decoder
 */
export async function importDecoder(path: string): Promise<QuoteDecoder> {
  const file = resolve(path);
  if (!existsSync(file)) throw outOfRange('--decoder', path, 'there is no such file; pass the path of a module');
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = (await nodeModule(pathToFileURL(file).href)) as typeof exported;
  } catch (error) {
    const [reason = ''] = String(error).split('\n');
    throw outOfRange('--decoder', path, `it can't be imported: ${printable(withoutUrlSecrets(reason))}`);
  }
  for (const found of [exported['default'], exported['decode']]) {
    const decode: unknown = typeof found === 'object' && found !== null && 'quote' in found ? found.quote : found;
    if (typeof decode === 'function') return decode as QuoteDecoder;
  }
  throw outOfRange('--decoder', path, `it exports no decoder: ${remedy}`);
}
