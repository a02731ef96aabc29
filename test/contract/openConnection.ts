import { firstValueFrom, ReplaySubject, Subscription } from 'rxjs';
import type { ConnectionFailure } from '../../src/model/errors.js';
import type { Connection, Endpoint, Transport } from '../../src/model/transport.js';

/** A frame with a payload of its own: the transport's is only valid during the call. */
export interface ReceivedFrame {
  readonly topic: string;
  readonly retain: boolean;
  readonly payload: Uint8Array;
}

export type Ending = { readonly type: 'complete' } | { readonly type: 'error'; readonly error: unknown };

/** One subscription to a transport, with all it said. */
export interface Probe {
  /** Types of the events in order. */
  readonly events: ('handshake' | 'open' | 'frame')[];
  readonly frames: ReceivedFrame[];
  readonly endings: Ending[];
  readonly subscription: Subscription;
  readonly opened: Promise<Connection>;
  readonly ended: Promise<Ending>;
  /** Called with each frame, after it was noted. */
  onFrame: ((frame: ReceivedFrame) => void) | undefined;
}

/** Bounds the waiting of the suite; how long anything takes is never asserted. */
const PATIENCE = 10_000;

/** Waits until `condition` holds, without a timer: tests count those. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Subscribes to a transport and records its events. */
export function probe(transport: Transport, endpoint: Endpoint): Probe {
  const opened = new ReplaySubject<Connection>(1);
  const ended = new ReplaySubject<Ending>(1);
  const notes = { events: [], frames: [], endings: [], onFrame: undefined } satisfies Partial<Probe>;
  const subscription = new Subscription();
  const received: Probe = {
    ...notes,
    subscription,
    opened: firstValueFrom(opened),
    ended: firstValueFrom(ended),
  };
  // Not every probe is asked whether it opened.
  received.opened.catch(() => undefined);
  received.ended.catch(() => undefined);
  const end = (how: Ending): void => {
    received.endings.push(how);
    ended.next(how);
    opened.error(how.type === 'error' ? how.error : new Error('completed without opening'));
  };
  subscription.add(
    transport(endpoint).subscribe({
      next: (event) => {
        // When a timer is late is the machine's own affair.
        if (event.type === 'late' || event.type === 'responsive' || event.type === 'read') return;
        received.events.push(event.type);
        if (event.type === 'open') opened.next(event.connection);
        if (event.type !== 'frame') return;
        const frame = { topic: event.topic, retain: event.retain, payload: Uint8Array.from(event.payload) };
        received.frames.push(frame);
        received.onFrame?.(frame);
      },
      error: (error: unknown) => {
        end({ type: 'error', error });
      },
      complete: () => {
        end({ type: 'complete' });
      },
    }),
  );
  return received;
}

/** The codes of one SUBSCRIBE. */
export function subscribeTo(connection: Connection, ...topics: string[]): Promise<readonly number[]> {
  return firstValueFrom(connection.subscribe(topics));
}

/** The failure a probe ended with. */
export async function failureOf({ ended }: Pick<Probe, 'ended'>): Promise<ConnectionFailure> {
  const how = await ended;
  if (how.type === 'complete') throw new Error('completed where a failure was due');
  return how.error as ConnectionFailure;
}
