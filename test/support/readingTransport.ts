import { Observable, type Subscriber } from 'rxjs';
import type { ConnectionEvent, Transport } from '../../src/index.js';

/** A transport that emits `read` when the test says so. */
export interface ReadingTransport {
  readonly transport: Transport;
  /** The newest connection reads bytes. */
  read(): void;
}

/** Adds `read` to another transport, which is asked for when a connection is made. */
export function readingTransport(given: () => Transport): ReadingTransport {
  let newest: Subscriber<ConnectionEvent> | undefined;
  return {
    transport: (endpoint) =>
      new Observable((out) => {
        newest = out;
        return given()(endpoint).subscribe(out);
      }),
    read: () => newest?.next({ type: 'read' }),
  };
}
