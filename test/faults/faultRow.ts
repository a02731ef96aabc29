import type { Broker } from './broker.js';
import type { SimulatedVenueConfig } from '../../src/testing/index.js';
import type { CertificateOptions } from '../support/certificates.js';
import type { Deadline } from './deadlines.js';
import type { Scene } from './scene/scene.js';

/** A fault, and what a feed promises when it happens. */
export interface FaultRow {
  readonly fault: string;
  readonly brokers: readonly Broker[];
  /** The report that is expected: kind and code of the failure, a state, or another witness, by name. */
  readonly expect: string;
  /** By when; left out where no report is expected. */
  readonly deadline?: Pick<Deadline, 'within'>;
  /** Whether quotes are live again in the end. @defaultValue true */
  readonly recovers?: boolean;
  /** Whether `--quick` runs it too, as the one of its class. @defaultValue false */
  readonly quick?: boolean;
  /** How many symbols there are. @defaultValue 10 */
  readonly symbols?: number;
  /** Images a second, from a process of its own: where the feed's thread is kept busy. @defaultValue ten of each symbol, at most 1000, from the feed's */
  readonly rate?: number;
  /** Options of the simulated venue. */
  readonly venue?: SimulatedVenueConfig;
  /** Options of Mosquitto's certificate. */
  readonly certificate?: CertificateOptions;
  /** Provokes the fault and waits for what has to come of it. Throws where a wait is in vain. */
  run(scene: Scene): Promise<void>;
}

/** Against both brokers. */
export const both: readonly Broker[] = ['simulated', 'mosquitto'];
