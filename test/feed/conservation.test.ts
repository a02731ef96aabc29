import { machineRuns } from './machineRuns.js';

machineRuns(1_001, 10);
