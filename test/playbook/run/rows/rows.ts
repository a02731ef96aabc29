import type { RealRow } from '../realRow.js';
import { connectingRows } from './connecting.js';
import { consumerRows } from './consumers.js';
import { noEventsRows } from './noEvents.js';
import { processRows } from './process.js';
import { reconnectRows } from './reconnects.js';

/** Every fault on real sockets. */
export const realRows: readonly RealRow[] = [
  ...connectingRows,
  ...reconnectRows,
  ...noEventsRows,
  ...consumerRows,
  ...processRows,
];
