import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Whether nothing keeps the object alive any more, asked of the garbage collector itself. */
export async function collected(reference: WeakRef<object>): Promise<boolean> {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  // A WeakRef keeps its object until the end of the task that made or read it.
  for (let i = 0; i < 3 && reference.deref() !== undefined; i += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  return reference.deref() === undefined;
}
