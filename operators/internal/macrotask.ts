import { asyncScheduler } from 'rxjs';

/** Runs a callback in a later macrotask, unless the returned function is called before. */
export type Macrotask = (callback: () => void) => () => void;

/** The timers that a platform may offer; `globalThis` is one such host. */
export interface MacrotaskHost {
  readonly setImmediate?: unknown;
  readonly clearImmediate?: unknown;
  readonly MessageChannel?: unknown;
}

interface Port {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  // Node only: these decide whether the port keeps the process alive.
  ref?(): void;
  unref?(): void;
}

/** Node: the callback runs after the poll phase, so sockets are read first. */
function immediate(set: (callback: () => void) => unknown, clear: (handle: unknown) => void): Macrotask {
  return (callback) => {
    const handle = set(callback);
    return () => {
      clear(handle);
    };
  };
}

/** Browsers: a message on an own channel is a macrotask without the 4 ms minimum of nested timers. */
function channel(MessageChannel: new () => { readonly port1: Port; readonly port2: Port }): Macrotask {
  const pending = new Map<number, () => void>();
  let ports: { readonly port1: Port; readonly port2: Port } | undefined;
  let last = 0;
  const settle = (): void => {
    if (pending.size === 0) ports?.port1.unref?.();
  };
  return (callback) => {
    if (!ports) {
      // Made at the first use, so that importing the library opens nothing.
      ports = new MessageChannel();
      ports.port1.onmessage = ({ data }) => {
        const due = pending.get(data as number);
        pending.delete(data as number);
        settle();
        due?.();
      };
    }
    last += 1;
    const id = last;
    pending.set(id, callback);
    ports.port1.ref?.();
    ports.port2.postMessage(id);
    return () => {
      pending.delete(id);
      settle();
    };
  };
}

/** Other platforms: a timer of 0 ms. */
const timer: Macrotask = (callback) => {
  const handle = asyncScheduler.schedule(callback, 0);
  return () => {
    handle.unsubscribe();
  };
};

/** The fastest macrotask that a platform offers. */
export function macrotaskOf(host: MacrotaskHost): Macrotask {
  if (typeof host.setImmediate === 'function' && typeof host.clearImmediate === 'function') {
    return immediate(
      host.setImmediate as (callback: () => void) => unknown,
      host.clearImmediate as (handle: unknown) => void,
    );
  }
  if (typeof host.MessageChannel === 'function') {
    return channel(host.MessageChannel as new () => { port1: Port; port2: Port });
  }
  return timer;
}
