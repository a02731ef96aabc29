import { expect } from 'vitest';
import type { ConnectionState, Endpoint } from '../../src/index.js';
import { systemClock } from '../../src/model/systemClock.js';
import { until } from '../contract/openConnection.js';
import { AT_ONCE } from '../faults/deadlines.js';
import { liveFeed } from './liveFeed.js';

/** A fault as a feed is to see it. */
export interface ReportedFault {
  /** The endpoint of the feed; called for each try. */
  readonly endpoint: () => Endpoint;
  /** Cuts a connection that is live; left out, the connection never gets that far. */
  readonly cut?: () => void;
  /** The expected fields of the state that reports it. */
  readonly reason: object;
}

/** A busy machine delays one try; slow code delays every try. */
const TRIES = 3;

const isFailed = ({ status }: ConnectionState): boolean => status === 'waiting' || status === 'rejected';

async function tell({ endpoint, cut, reason }: ReportedFault): Promise<number> {
  const { feed } = liveFeed(() => [endpoint()]);
  let failed: { readonly at: number; readonly state: ConnectionState } | undefined;
  feed.state$.subscribe((state) => {
    if (isFailed(state)) failed ??= { at: systemClock.monotonic(), state };
  });
  let from = systemClock.monotonic();
  feed.quotes(['AOT']).subscribe();
  if (cut !== undefined) {
    await until(() => feed.stats().connected, 'the feed is live');
    from = systemClock.monotonic();
    cut();
  }
  await until(() => failed !== undefined, 'the failure is reported');
  await feed.close();
  expect(failed?.state).toMatchObject({ status: 'waiting', reason });
  return failed!.at - from;
}

/** Expects a feed to report a fault with the right class and code, within a second in the best of three tries. */
export async function expectReportedSoon(
  fault: ReportedFault,
  annotate: (message: string) => Promise<unknown>,
): Promise<void> {
  const times: number[] = [];
  do times.push(await tell(fault));
  while (times.length < TRIES && Math.min(...times) > AT_ONCE);
  await annotate(`reported after ${Math.min(...times).toFixed(1)} ms`);
  expect(Math.min(...times)).toBeLessThanOrEqual(AT_ONCE);
}
