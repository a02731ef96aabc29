import process from 'node:process';
import { GCProfiler, getHeapStatistics } from 'node:v8';
import type { Figures } from '../figures.js';
import { processorTime } from '../processorTime.js';
import { microsSince } from '../stamp.js';
import type { Receiver, Target } from './receiver.js';

/** The job of a receiver's process; spans in ms. */
export interface MeasureJob {
  readonly target: Target;
  readonly stamped: boolean;
  readonly warmUp: number;
  readonly window: number;
}

/** How long a receiver may take to get its first message, in ms. */
const patience = 15_000;
/** Most latencies that are kept, at 100,000 messages a second those of ten seconds. */
const mostSamples = 1_000_000;
/** The clocks of two processes are read apart by less than this, in µs. */
const clockError = 100;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Bytes allocated on the heap since the call: what collections freed, which V8 reports as the heap before and after each, and
 * what the heap has grown by besides.
 */
function allocationMeter(): () => number {
  const profiler = new GCProfiler();
  const before = getHeapStatistics().used_heap_size;
  profiler.start();
  return () => {
    const freed = profiler
      .stop()
      .statistics.map(
        ({ beforeGC, afterGC }) => beforeGC.heapStatistics.usedHeapSize - afterGC.heapStatistics.usedHeapSize,
      )
      .reduce((sum, bytes) => sum + bytes, 0);
    return freed + getHeapStatistics().used_heap_size - before;
  };
}

/** Runs a receiver until its code is compiled, then measures it for a while. */
export async function measure(receive: Receiver, { target, stamped, warmUp, window }: MeasureJob): Promise<Figures> {
  let [delivered, samples, measuring] = [0, 0, false];
  const latencies = new Float64Array(stamped ? mostSamples : 0);
  const deliver = stamped
    ? (stamp: number): void => {
        delivered += 1;
        if (measuring && samples < mostSamples) latencies[samples++] = microsSince(stamp);
      }
    : (): void => {
        delivered += 1;
      };
  const counts = (await receive(target, deliver)) ?? (() => ({ received: delivered, conflated: 0 }));

  for (const end = performance.now() + patience; delivered === 0; ) {
    await sleep(10);
    if (performance.now() > end) throw new Error(`nothing was delivered within ${String(patience / 1_000)} s`);
  }
  await sleep(warmUp);

  const allocated = allocationMeter();
  const before = { ...counts(), delivered, cpu: processorTime(), time: performance.now() };
  measuring = true;
  await sleep(window);
  measuring = false;
  const after = { ...counts(), delivered, cpu: processorTime(), time: performance.now() };
  const bytes = allocated();

  const seconds = (after.time - before.time) / 1_000;
  const [received, deliveries] = [after.received - before.received, after.delivered - before.delivered];
  if (deliveries === 0) throw new Error(`nothing was delivered in the ${String(window)} ms that are measured`);
  const sorted = latencies.subarray(0, samples).sort();
  if (stamped && sorted[0]! < -clockError) {
    throw new Error(`a message came ${String(-sorted[0]!)} µs before it was sent: the clocks of the processes differ`);
  }
  const percentile = (share: number): number => sorted[Math.min(samples - 1, Math.floor(share * samples))]!;
  return {
    received: received / seconds,
    delivered: deliveries / seconds,
    conflated: (after.conflated - before.conflated) / received,
    cpu: (after.cpu - before.cpu) / deliveries,
    ...(stamped ? { p50: percentile(0.5), p99: percentile(0.99), p999: percentile(0.999) } : {}),
    garbage: bytes / deliveries,
    rss: process.resourceUsage().maxRSS / 1_024,
  };
}
