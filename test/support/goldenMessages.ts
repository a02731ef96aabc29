import { readFileSync } from 'node:fs';
import type { DecodeError } from '../../src/model/errors.js';
import type { MessageName } from './settradeMessages.js';

/** One payload of the official SDK's encoder; it has either `expected` or `expectedReject`. */
export interface GoldenMessage {
  readonly name: string;
  readonly message: MessageName;
  readonly topic: string;
  readonly hex: string;
  /** Prices and amounts as decimal literals (`null`: none), other numbers as integer literals. */
  readonly expected?: Readonly<Record<string, string | null>>;
  readonly expectedReject?: DecodeError['reason'];
}

/** All payloads of test/golden/messages.json. */
export const goldenMessages: readonly GoldenMessage[] = JSON.parse(
  readFileSync(new URL('../golden/messages.json', import.meta.url), 'utf8'),
) as GoldenMessage[];
