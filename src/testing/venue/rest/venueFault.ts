import { knownOptions, oneOf, outOfRange, wholeNumber, wrongType } from '../../../../operators/support/argument.js';

/** The steps that can have a fault: the three REST calls, the WebSocket upgrade, MQTT's CONNECT. */
export type VenueStep = 'login' | 'refresh' | 'dispatcher' | 'upgrade' | 'connect';

/**
 * A fault that replaces the normal answer.
 *
 * - `status`: an HTTP status, with an optional `Retry-After` in seconds; all steps but `connect`
 * - `hang`: no answer at all; `reset`: the socket is destroyed; all steps
 * - `not-json`: status 200 and a page of HTML; the REST calls
 * - `hosts`: hosts other than the venue's own, or none; `dispatcher`
 * - `connack`: CONNACK with a return code of 2 to 5; `connect`
 */
export type VenueFault =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  | { readonly kind: 'hang' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'not-json' }
  | { readonly kind: 'hosts'; readonly hosts: readonly string[] }
  | { readonly kind: 'connack'; readonly code: 2 | 3 | 4 | 5 };

const rest = ['login', 'refresh', 'dispatcher'] as const;
const steps = [...rest, 'upgrade', 'connect'] as const;

const stepsOf: Readonly<Record<VenueFault['kind'], readonly VenueStep[]>> = {
  status: [...rest, 'upgrade'],
  hang: steps,
  reset: steps,
  'not-json': rest,
  hosts: ['dispatcher'],
  connack: ['connect'],
};

const kinds = Object.keys(stepsOf) as VenueFault['kind'][];

/** Throws if the step can't have this fault. */
export function checkFault(owner: string, step: unknown, fault: VenueFault): void {
  oneOf(`${owner}.step`, step, steps);
  knownOptions(`${owner}.fault`, fault, ['kind', 'status', 'retryAfter', 'hosts', 'code']);
  oneOf(`${owner}.fault.kind`, fault.kind, kinds);
  const fitting = stepsOf[fault.kind];
  if (!fitting.includes(step as VenueStep)) {
    throw outOfRange(`${owner}.step`, step, `a fault of kind ${fault.kind} goes with ${fitting.join(', ')}`);
  }
  if (fault.kind === 'status') wholeNumber(`${owner}.fault.status`, fault.status, 200);
  if (fault.kind === 'hosts' && !Array.isArray(fault.hosts)) {
    throw wrongType(`${owner}.fault.hosts`, fault.hosts, 'pass an array of hosts');
  }
  if (fault.kind === 'connack' && ![2, 3, 4, 5].includes(fault.code)) {
    throw outOfRange(`${owner}.fault.code`, fault.code, 'pass 2, 3, 4 or 5');
  }
}

/** The faults in force, the newest of a step first. */
export class PlannedFaults {
  private readonly faults: { step: VenueStep; fault: VenueFault; left: number }[] = [];

  /** Sets a fault for a number of uses; the returned function removes it. */
  add(step: VenueStep, fault: VenueFault, times: number): () => void {
    const entry = { step, fault, left: times };
    this.faults.unshift(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** Returns the present fault of a step, and counts this as a use. */
  take(step: VenueStep): VenueFault | undefined {
    const entry = this.faults.find((one) => one.step === step && one.left > 0);
    if (entry !== undefined) entry.left -= 1;
    return entry?.fault;
  }
}
