/**
 * Quotes and last prices of Settrade, printed only while they can be trusted.
 *
 * Run it in the project's folder: npm run examples -- settrade-quotes. With the variables of .env.sample it signs in to
 * Settrade and runs until it is stopped. Without them it signs in to a simulated venue, and runs until it has received
 * a price of each symbol.
 */
import { distinct, filter, NEVER, take, takeUntil, timer } from 'rxjs';
import { isTradable, quoteFeed } from 'rx-quotes';
import { settrade, type SettradeConfig } from 'rx-quotes/settrade';
import { startSimulatedVenue } from 'rx-quotes/testing';

const symbols = ['AOT', 'PTT', 'S50Z26'];

const { env } = process;
const simulated = env['SETTRADE_APP_ID'] === undefined ? await startSimulatedVenue({ symbols, rate: 30 }) : undefined;

function account(): SettradeConfig {
  if (simulated !== undefined) {
    const { appId, appSecret, appCode, brokerId, restUrl } = simulated;
    return { appId, appSecret, appCode, brokerId, baseUrl: restUrl, onSubscribe: 'nothing' };
  }
  // The error of settrade() names a missing option.
  const [appId = '', appSecret = ''] = [env['SETTRADE_APP_ID'], env['SETTRADE_APP_SECRET']];
  const [appCode = '', brokerId = ''] = [env['SETTRADE_APP_CODE'], env['SETTRADE_BROKER_ID']];
  return { appId, appSecret, appCode, brokerId };
}

const feed = quoteFeed({ venue: settrade(account()) });

feed.state$.subscribe((state) => {
  console.log(`connection ${state.status}`);
  if ('reason' in state && state.reason !== undefined) console.log(state.reason.message);
});
feed.priceInfos(symbols).subscribe(({ symbol, last, market, state }) => {
  console.log(`${symbol}: last ${last}, market ${market} (${state})`);
});

// Prices to trade on.
const quotes$ = feed.quotes(symbols).pipe(filter(isTradable));
const printed$ =
  simulated === undefined
    ? quotes$
    : quotes$.pipe(
        distinct(({ symbol }) => symbol),
        take(symbols.length),
      );

await printed$.pipe(takeUntil(simulated === undefined ? NEVER : timer(20_000))).forEach(({ symbol, bid, ask }) => {
  console.log(`${symbol}: ${bid} / ${ask}`);
});

await feed.close();
await simulated?.stop();
