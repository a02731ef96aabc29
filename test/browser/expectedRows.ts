import { expect } from 'vitest';
import { symbols } from '../../examples/browser/symbols.js';
import type { SimulatedVenue } from '../../src/testing/index.js';
import type { QuotePage } from './quotePage.js';

/** Colours of `examples/browser/page.css`. */
const [ink, grey] = ['rgb(31, 35, 40)', 'rgb(110, 119, 129)'];

const each = (row: object): readonly unknown[] =>
  symbols.map((symbol): unknown => expect.objectContaining({ symbol, ...row }));

/** Each row live and tradable, in an epoch. */
export const eachLive = (epoch: number): readonly unknown[] =>
  each({ state: 'live', market: 'open', epoch: String(epoch), struck: false, colour: ink });

/** Each row suspect, by the word, by the strike and by the colour. */
export const eachDead = (): readonly unknown[] => each({ state: 'suspect', struck: true, colour: grey });

const priceText = (price: number): string => (Number.isNaN(price) ? '–' : price.toFixed(2));

/** The last book that the venue sent of each symbol, which a page has to show in the end. */
export const lastPrices = (venue: SimulatedVenue): readonly object[] =>
  symbols.map((symbol) => {
    const { bid, ask } = venue.lastImage(symbol);
    return { symbol, bid: priceText(bid), ask: priceText(ask) };
  });

/** The same of what a page shows. */
export const shownPrices = async ({ rows }: QuotePage): Promise<readonly object[]> =>
  (await rows()).map(({ symbol, bid, ask }) => ({ symbol, bid, ask }));
