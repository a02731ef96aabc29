import { type Profiler, Session } from 'node:inspector/promises';

/** The part of the processor time that a function takes itself, without those that it calls. */
export interface SelfTime {
  /** The function and its place, or V8's name in brackets for what is no function. */
  readonly where: string;
  /** 0 to 1; time in which the thread waits is not counted. */
  readonly part: number;
}

/** Nodes of a profile in which the thread does nothing. */
const waiting = ['(idle)', '(root)'];

function whereOf({ functionName, url, lineNumber }: Profiler.ProfileNode['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  const file = url.replace(/^file:\/\//, '').replace(`${process.cwd()}/`, '');
  return file === '' ? name : `${name} ${file}:${String(lineNumber + 1)}`;
}

/** Functions by self time, the longest first. */
export function selfTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): readonly SelfTime[] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, whereOf(callFrame)]));
  const times = new Map<string, number>();
  let total = 0;
  for (const [index, id] of samples.entries()) {
    const where = places.get(id)!;
    if (waiting.includes(where)) continue;
    const time = timeDeltas[index]!;
    times.set(where, (times.get(where) ?? 0) + time);
    total += time;
  }
  return [...times].map(([where, time]) => ({ where, part: time / total })).sort((a, b) => b.part - a.part);
}

/** Starts to sample this process; the returned function stops it. */
export async function startProfile(): Promise<() => Promise<readonly SelfTime[]>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return selfTimes(profile);
  };
}
