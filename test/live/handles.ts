/** Handles that a feed must not leave behind: sockets, pipes and timers of this process by type, and listeners of the process. */
export type Handles = ReadonlyMap<string, number>;

export function handles(): Handles {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo())
    if (/^(Timeout|.*Wrap)$/.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  for (const name of process.eventNames()) counts.set(`on ${String(name)}`, process.listenerCount(name));
  return counts;
}

/** Whether there are more handles of a type now than then. Fewer are none of a feed's: the test runner has timers too. */
export function hasMoreThan(then: Handles): boolean {
  return [...handles()].some(([name, count]) => count > (then.get(name) ?? 0));
}
