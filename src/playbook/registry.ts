import type { Cause } from './cause.js';
import { connectionCauses } from './causes/connection.js';
import { consumerCauses } from './causes/consumers.js';
import { cpuCauses } from './causes/cpu.js';
import { delayCauses } from './causes/delayed.js';
import { droppedCauses } from './causes/dropped.js';
import { expiryCauses } from './causes/expiry.js';
import { feedSilentCause } from './causes/feedSilent.js';
import { flappingCauses } from './causes/flapping.js';
import { memoryCauses } from './causes/memory.js';
import { noEventsCauses } from './causes/noEvents.js';
import { notTradableCauses } from './causes/notTradable.js';
import { reconnectCauses } from './causes/reconnects.js';
import { relayCauses } from './causes/relays.js';
import { symbolCauses } from './causes/symbols.js';

/** Every cause of the playbook, each after those that explain it. */
export const causes: readonly Cause[] = [
  ...flappingCauses,
  feedSilentCause,
  ...connectionCauses,
  ...relayCauses,
  ...reconnectCauses,
  ...noEventsCauses,
  ...symbolCauses,
  ...notTradableCauses,
  ...delayCauses,
  ...droppedCauses,
  ...consumerCauses,
  ...cpuCauses,
  ...memoryCauses,
  ...expiryCauses,
];
