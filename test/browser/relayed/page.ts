// Runs in the browser: a feed that reads a relay, and what the test asks about it.
import { type Endpoint, isTradable, type Quote, quoteFeed } from 'rx-quotes';
import { relayVenue } from 'rx-quotes/relay';

/** The counts of a page, and the times at which they were complete. */
export interface Seen {
  /** Wall time in ms of the last change of each count below. */
  readonly allTradableAt: number;
  readonly allSuspectAt: number;
  readonly tradable: number;
  readonly suspect: number;
  /** Images that were older than an image before them, of the same symbol. */
  readonly olderAfterNewer: number;
  readonly images: number;
  readonly gaps: readonly string[];
  readonly stats: ReturnType<ReturnType<typeof quoteFeed>['stats']>;
}

declare global {
  interface Window {
    follow(url: Endpoint, symbols: readonly string[]): void;
    seen(): Seen;
  }
}

window.follow = (url, symbols) => {
  const feed = quoteFeed({ venue: relayVenue({ url }) });
  const last = new Map<string, Quote>();
  const [tradable, suspect] = [new Set<string>(), new Set<string>()];
  const gaps: string[] = [];
  let [allTradableAt, allSuspectAt, olderAfterNewer, images] = [0, 0, 0, 0];
  const mark = (set: Set<string>, symbol: string, isIn: boolean): boolean => {
    if (isIn) set.add(symbol);
    else set.delete(symbol);
    return isIn && set.size === symbols.length;
  };
  feed.updates(symbols).subscribe((update) => {
    if (update.kind === 'gap') gaps.push(`${update.cause} ${update.phase}`);
    if (update.kind !== 'quote') return;
    const { symbol, upstream } = update;
    const before = last.get(symbol);
    if (update.change === 'image') images += 1;
    if (before?.upstream !== undefined && upstream !== undefined && upstream.receivedAt < before.upstream.receivedAt) {
      olderAfterNewer += 1;
    }
    last.set(symbol, update);
    if (mark(tradable, symbol, isTradable(update))) allTradableAt ||= Date.now();
    else if (tradable.size < symbols.length) allTradableAt = 0;
    if (mark(suspect, symbol, update.state === 'suspect')) allSuspectAt ||= Date.now();
    else if (suspect.size < symbols.length) allSuspectAt = 0;
  });
  window.seen = () => ({
    ...{ allTradableAt, allSuspectAt, olderAfterNewer, images, gaps },
    ...{ tradable: tradable.size, suspect: suspect.size, stats: feed.stats() },
  });
};
