import type { Browser, Page } from 'playwright-core';
import { openPage } from './openPage.js';

/** The texts in a row of the page. */
export interface ShownRow {
  readonly symbol: string;
  readonly bid: string;
  readonly ask: string;
  readonly state: string;
  readonly market: string;
  readonly age: string;
  readonly epoch: string;
  /** Whether both prices are struck through. */
  readonly struck: boolean;
  /** The computed colours of both prices, once if they are the same. */
  readonly colour: string;
}

/** The page in a tab of its own. */
export interface QuotePage {
  readonly page: Page;
  readonly complaints: readonly string[];
  rows(): Promise<readonly ShownRow[]>;
  /** The line with the state of the connection. */
  connection(): Promise<string>;
  /** The line with the missed prices. */
  gap(): Promise<string>;
}

/** Runs in the page. */
function readRows(): ShownRow[] {
  return [...document.querySelectorAll('tbody tr')].map((row) => {
    const cell = (field: string): Element => row.querySelector(`[data-field=${field}]`)!;
    const text = (field: string): string => cell(field).textContent;
    const prices = [cell('bid'), cell('ask')];
    return {
      symbol: text('symbol'),
      bid: text('bid'),
      ask: text('ask'),
      state: text('state'),
      market: text('market'),
      age: text('age'),
      epoch: text('epoch'),
      struck: prices.every((price) => {
        const inner = price.firstElementChild;
        return inner !== null && getComputedStyle(inner).textDecorationLine === 'line-through';
      }),
      colour: [...new Set(prices.map((price) => getComputedStyle(price).color))].join(),
    };
  });
}

/** Opens the page in a browser context of its own, and notes whatever the browser complains of. */
export async function openQuotePage(browser: Browser, url: string): Promise<QuotePage> {
  const { page, complaints } = await openPage(browser, url, { width: 760, height: 460 });
  const text = async (selector: string): Promise<string> => (await page.textContent(selector)) ?? '';
  return {
    page,
    complaints,
    rows: () => page.evaluate(readRows),
    connection: () => text('#connection'),
    gap: () => text('#gap'),
  };
}
