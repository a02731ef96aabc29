import process from 'node:process';

/** Processor time of this process since its start, kernel and all threads included, in µs. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
