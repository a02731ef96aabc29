import { checkConservation } from '../../src/testing/index.js';
import { dice } from '../support/feedMachineDice.js';
import { line, type Listener, scene, type Scene, type SceneConfig } from './scene.js';

/** A feed in virtual time whose symbols send by chance, each once in so many ms on the average. */
export interface TradingScene extends Scene, Listener {
  /** Symbols that send; one that is taken out sends no more. */
  readonly senders: Set<string>;
  /** Lets `ms` ms pass, while symbols send. */
  trade(ms: number): void;
  /** Forgets the updates until now. */
  forget(): void;
}

/** Twenty symbols, S0 to S19, each listened to, in a market that is open, once in two seconds each. */
export function tradingScene(config: SceneConfig = {}, every = 2_000): TradingScene {
  const set = scene(config);
  const symbols = Array.from({ length: 20 }, (_, at) => `S${String(at)}`);
  const senders = new Set(symbols);
  // Not listen(): checking the counts at every message takes longer than the rest of the test.
  const said: string[] = [];
  const subscription = set.feed.updates(symbols).subscribe((update) => said.push(line(update)));
  const { next } = dice(7);
  const gap = (): number => -Math.log(1 - next()) * every;
  set.scheduler.advance(100);
  set.fake.publish('market', 'open');
  for (const symbol of symbols) set.price(symbol, 1);
  return {
    ...set,
    said,
    subscription,
    senders,
    trade: (ms) => {
      const start = set.scheduler.now();
      const end = start + ms;
      const due: { at: number; symbol: string }[] = [];
      for (const symbol of symbols) {
        for (let at = start + gap(); at < end; at += gap()) due.push({ at, symbol });
      }
      due.sort((one, other) => one.at - other.at);
      for (const { at, symbol } of due) {
        set.scheduler.advance(at - set.scheduler.now());
        if (senders.has(symbol)) set.price(symbol, Math.round(at));
      }
      set.scheduler.advance(end - set.scheduler.now());
      checkConservation(set.feed.stats());
    },
    forget: () => {
      said.length = 0;
    },
  };
}

/** The states of one symbol, in order, each once. */
export function statesOf(said: readonly string[], symbol: string): string[] {
  const states = said.filter((line) => line.startsWith(`${symbol} `)).map((line) => line.split(' ')[2] ?? '');
  return states.filter((state, at) => state !== states[at - 1]);
}
