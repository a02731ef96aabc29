import type { FaultRow } from '../faultRow.js';

import { closes } from './closes.js';
import { connecting } from './connecting.js';
import { consumers } from './consumers.js';
import { cuts } from './cuts.js';
import { drops } from './drops.js';
import { halfOpen } from './halfOpen.js';
import { payloads } from './payloads.js';
import { restarts } from './restarts.js';
import { signIn } from './signIn.js';
import { stalls } from './stalls.js';
import { tls } from './tls.js';
import { topics } from './topics.js';
import { upgrade } from './upgrade.js';

/** The matrix. */
export const rows: readonly FaultRow[] = [
  ...connecting,
  ...tls,
  ...signIn,
  ...upgrade,
  ...cuts,
  ...halfOpen,
  ...drops,
  ...topics,
  ...payloads,
  ...stalls,
  ...consumers,
  ...restarts,
  ...closes,
];
