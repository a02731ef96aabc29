/** The use of time and memory by this process since it began. */
export interface ProcessUse {
  /** Monotonic time in ms. */
  readonly at: number;
  /** Time in ms that the event loop was busy. */
  readonly busy: number;
  /** Processor time of all threads of the process, in ms. */
  readonly cpu: number;
  /** Bytes of the heap in use. */
  readonly heapUsed: number;
  /** Bytes that the heap may have: `--max-old-space-size`, or Node's own choice. */
  readonly heapLimit: number;
  /** Bytes of the heap in use after the last full garbage collection; left out before the first that was observed. */
  readonly heapAfterGc?: number;
  /** Bytes of memory that the process holds. */
  readonly rss: number;
  /** Garbage collections that were observed: their number, how many took `longPause` and more, how many were full, their time in ms. */
  readonly gc: { readonly count: number; readonly long: number; readonly full: number; readonly total: number };
}

/** A collection of this length in ms is counted as long. */
export const longPause = 50;

/** Kinds of garbage collection in `perf_hooks`: `NODE_PERFORMANCE_GC_MAJOR`. */
const FULL = 4;

/** Reads the process; made at the first reading, since an observer of collections costs a little. */
let read: (() => ProcessUse) | undefined | 'none';

/** The use of time and memory by this process; `undefined` where it can't be measured, e.g. in a browser. */
export function processUse(): ProcessUse | undefined {
  read ??= observed() ?? 'none';
  return read === 'none' ? undefined : read();
}

function observed(): (() => ProcessUse) | undefined {
  const node = globalThis.process as NodeJS.Process | undefined;
  // Not imported, because the playbook also runs in browsers.
  const heap = node?.getBuiltinModule?.('node:v8');
  const hooks = node?.getBuiltinModule?.('node:perf_hooks');
  if (node === undefined || heap === undefined || hooks === undefined) return undefined;
  const { performance, PerformanceObserver } = hooks;
  const gc = { count: 0, long: 0, full: 0, total: 0 };
  let heapAfterGc: number | undefined;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      gc.count += 1;
      gc.total += entry.duration;
      if (entry.duration >= longPause) gc.long += 1;
      if (kindOf(entry) !== FULL) continue;
      gc.full += 1;
      heapAfterGc = heap.getHeapStatistics().used_heap_size;
    }
  }).observe({ entryTypes: ['gc'] });
  return () => {
    const { active } = performance.eventLoopUtilization();
    const { user, system } = node.cpuUsage();
    const { used_heap_size: heapUsed, heap_size_limit: heapLimit } = heap.getHeapStatistics();
    return {
      at: performance.now(),
      busy: active,
      cpu: (user + system) / 1000,
      heapUsed,
      heapLimit,
      rss: node.memoryUsage.rss(),
      gc: { ...gc },
      ...(heapAfterGc === undefined ? {} : { heapAfterGc }),
    };
  };
}

/** The types of Node 20 lack `detail`. */
function kindOf(entry: object): unknown {
  return (entry as { readonly detail?: { readonly kind?: unknown } }).detail?.kind;
}
