import { readFileSync } from 'node:fs';
import type { BookFlag } from '../../src/model/events.js';
import type { DecodeError } from '../../src/model/errors.js';

/** The meaning of a golden payload: prices as decimal literals (`null`: none), volumes as integer literals. */
export interface ExpectedBook {
  readonly symbol: string;
  readonly bidFlag: BookFlag;
  readonly askFlag: BookFlag;
  readonly bidPrices: readonly (string | null)[];
  readonly askPrices: readonly (string | null)[];
  readonly bidVolumes: readonly string[];
  readonly askVolumes: readonly string[];
}

/** One payload of the official SDK's encoder; it has either `expected` or `expectedReject`. */
export interface GoldenBidOfferV3 {
  readonly name: string;
  /** Last segment of the topic it is published on. */
  readonly symbol: string;
  readonly hex: string;
  readonly expected?: ExpectedBook;
  readonly expectedReject?: DecodeError['reason'];
}

/** All payloads of test/golden/bidofferv3.json; those named `<symbol>/000` to `/047` are ordinary books in order. */
export const goldenBidOfferV3: readonly GoldenBidOfferV3[] = JSON.parse(
  readFileSync(new URL('../golden/bidofferv3.json', import.meta.url), 'utf8'),
) as GoldenBidOfferV3[];

/** The bytes of a payload, in memory of their own. */
export function payloadOf(golden: { readonly hex: string }): Uint8Array {
  return Uint8Array.from(golden.hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}
