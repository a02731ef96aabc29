import { isTradable, type Quote, type SymbolStatus, systemClock } from 'rx-quotes';

/** The rows of the page: one for each symbol, in a fixed order. */
export interface QuoteTable {
  /** Shows an update of a symbol. */
  show(update: Quote | SymbolStatus): void;
  /** Shows the present age of prices. */
  showAges(): void;
}

/** A missing price is `NaN`, and is shown as a dash. */
const priceText = (price: number): string => (Number.isNaN(price) ? '–' : price.toFixed(2));

/** HTML's element for text that is no longer accurate. */
function struck(text: string): HTMLElement {
  const element = document.createElement('s');
  element.textContent = text;
  return element;
}

/**
 * The age of an image in ms, by the clock that gives the greater age. The monotonic clock may stand still while a
 * laptop sleeps, and the wall clock may be set back. A price must not look newer than it is.
 */
function ageOf({ receivedAt, monotonicAt }: Quote): number {
  return Math.max(0, systemClock.monotonic() - monotonicAt, systemClock.now() - receivedAt);
}

function ageText(age: number): string {
  if (age < 10_000) return `${(age / 1000).toFixed(1)} s`;
  return age < 120_000 ? `${Math.floor(age / 1000)} s` : `${Math.floor(age / 60_000)} min`;
}

class Row {
  #quote: Quote | undefined;
  readonly #element: HTMLTableRowElement;
  readonly #cells = new Map<string, Element>();

  constructor(template: HTMLTemplateElement, symbol: string) {
    const element = template.content.querySelector('tr')?.cloneNode(true);
    if (!(element instanceof HTMLTableRowElement)) throw new Error('the template holds no row');
    this.#element = element;
    for (const cell of element.querySelectorAll('[data-field]'))
      this.#cells.set(cell.getAttribute('data-field')!, cell);
    this.#set('symbol', symbol);
  }

  get element(): HTMLTableRowElement {
    return this.#element;
  }

  show(update: Quote | SymbolStatus): void {
    const tradable = update.kind === 'quote' && isTradable(update);
    this.#element.classList.toggle('tradable', tradable);
    this.#element.dataset['state'] = update.state;
    this.#set('state', update.state);
    this.#set('market', update.market);
    this.#set('epoch', update.epoch === undefined ? '' : String(update.epoch));
    if (update.kind !== 'quote') return;
    this.#quote = update;
    for (const side of ['bid', 'ask'] as const) {
      const text = priceText(update[side]);
      this.#set(side, tradable ? text : struck(text));
    }
    this.showAge();
  }

  showAge(): void {
    if (this.#quote !== undefined) this.#set('age', ageText(ageOf(this.#quote)));
  }

  #set(field: string, content: string | Node): void {
    this.#cells.get(field)?.replaceChildren(content);
  }
}

/** Fills a table's body with a row for each symbol. */
export function quoteTable(body: Element, template: HTMLTemplateElement, symbols: readonly string[]): QuoteTable {
  const rows = new Map(symbols.map((symbol) => [symbol, new Row(template, symbol)]));
  body.replaceChildren(...[...rows.values()].map(({ element }) => element));
  return {
    show: (update) => rows.get(update.symbol)?.show(update),
    showAges: () => {
      for (const row of rows.values()) row.showAge();
    },
  };
}
