import { Component, computed } from '@angular/core';
import { RouterLink, RouterLinkActive, RouterOutlet } from '@angular/router';
import { feedStateSignal, quotesSignal } from 'rx-quotes/angular';
import { describe, isTradable } from 'rx-quotes/store';
import { symbols } from './symbols';

/** The table of quotes, the banner above it, and the chart of one symbol. */
@Component({
  selector: 'app-root',
  imports: [RouterLink, RouterLinkActive, RouterOutlet],
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  private readonly state = feedStateSignal();
  private readonly quotes = quotesSignal(symbols);

  /** The text of the banner while there is no live connection. */
  protected readonly banner = computed(() => {
    const state = this.state();
    return state.status === 'live' && state.silentSince === undefined ? undefined : describe(state);
  });

  /** A row for each symbol, also before its first quote. */
  protected readonly rows = computed(() => {
    const quotes = this.quotes();
    return symbols.map((symbol) => {
      const quote = quotes.get(symbol);
      return {
        symbol,
        bid: priceText(quote?.bid),
        ask: priceText(quote?.ask),
        state: quote?.state ?? 'awaiting',
        market: quote?.market ?? 'unknown',
        isTradable: quote !== undefined && isTradable(quote),
      };
    });
  });
}

/** A price that is missing is `NaN`, and is shown as a dash. */
function priceText(price = NaN): string {
  return Number.isNaN(price) ? '–' : price.toFixed(2);
}
