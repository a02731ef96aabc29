import { Component, computed, input, linkedSignal } from '@angular/core';
import { quoteSignal } from 'rx-quotes/angular';
import { isTradable } from 'rx-quotes/store';

/** As many points as the chart has; older ones are left out. */
const length = 120;

/** The middle of bid and ask of one symbol over its last quotes. A price that can't be traded on is a gap in the line. */
@Component({
  selector: 'app-chart',
  templateUrl: './chart.html',
  styleUrl: './chart.css',
})
export class Chart {
  /** From the address of the page. */
  readonly symbol = input.required<string>();

  private readonly quote = quoteSignal(this.symbol);

  private readonly points = linkedSignal<{ symbol: string; price: number }, readonly number[]>({
    source: () => {
      const quote = this.quote();
      const price = quote !== undefined && isTradable(quote) ? (quote.bid + quote.ask) / 2 : NaN;
      return { symbol: this.symbol(), price };
    },
    computation: ({ symbol, price }, previous) => {
      const before = previous?.source.symbol === symbol ? previous.value : [];
      return [...before, price].slice(-length);
    },
  });

  protected readonly title = computed(() => {
    const price = this.points().at(-1) ?? NaN;
    return Number.isNaN(price) ? `${this.symbol()}: no price to trade on` : `${this.symbol()}: ${price.toFixed(2)}`;
  });

  /** The path of the line in a box of 600 by 120. */
  protected readonly path = computed(() => {
    const points = this.points();
    const prices = points.filter((price) => !Number.isNaN(price));
    const [low, high] = [Math.min(...prices), Math.max(...prices)];
    const height = high - low || 1;
    return points
      .map((price, index) => {
        if (Number.isNaN(price)) return '';
        const starts = Number.isNaN(points[index - 1] ?? NaN);
        const [x, y] = [(index * 600) / (length - 1), 110 - (100 * (price - low)) / height];
        return `${starts ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
      })
      .join('');
  });
}
