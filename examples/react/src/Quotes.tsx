import { memo, useEffect, useState } from 'react';
import { isTradable, type Quote } from 'rx-quotes';
import { describe } from 'rx-quotes/store';
import { connection, quotes, symbols } from './feed';
import { useStore } from './useStore';

/** The connection's state in a sentence, which counts the seconds to the next attempt. */
function Banner() {
  const state = useStore(connection);
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <p role="status" data-status={state.status}>
      {describe(state, Math.max(now, state.since))}
    </p>
  );
}

const priceText = (price: number) => (Number.isNaN(price) ? '–' : price.toFixed(2));

/** One symbol. Quotes are immutable, so only the rows of changed quotes are rendered again. */
const Row = memo(function Row({ symbol, quote }: { symbol: string; quote: Quote | undefined }) {
  const state = quote?.state ?? 'awaiting';
  const isGood = quote !== undefined && isTradable(quote);
  const price = (value: number) => (isGood ? priceText(value) : <s>{priceText(value)}</s>);
  return (
    <tr data-state={state}>
      <th scope="row">{symbol}</th>
      <td>{quote && price(quote.bid)}</td>
      <td>{quote && price(quote.ask)}</td>
      <td>{quote?.market}</td>
      <td>
        <span className="state">{state}</span>
      </td>
    </tr>
  );
});

export default function Quotes() {
  const newest = useStore(quotes);
  return (
    <>
      <Banner />
      <table>
        <thead>
          <tr>
            {['symbol', 'bid', 'ask', 'market', 'state'].map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {symbols.map((symbol) => (
            <Row key={symbol} symbol={symbol} quote={newest.get(symbol)} />
          ))}
        </tbody>
      </table>
    </>
  );
}
