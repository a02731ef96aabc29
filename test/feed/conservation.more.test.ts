import { machineRuns } from './machineRuns.js';

// The second half of 10^6 steps in full, in a file of its own so that two cores share them.
machineRuns(1_011, 10);
