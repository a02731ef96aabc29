import { onTestFinished, vi } from 'vitest';

/** The frames of a page, in the hands of the test. */
export interface Frames {
  /** Shows the next frame. */
  show(): void;
}

/** Puts frames in the place of the machine's. */
export function stubFrames(): Frames {
  let waiting = new Map<number, FrameRequestCallback>();
  let ids = 0;
  vi.stubGlobal('requestAnimationFrame', (work: FrameRequestCallback) => {
    ids += 1;
    waiting.set(ids, work);
    return ids;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => waiting.delete(id));
  onTestFinished(() => {
    vi.unstubAllGlobals();
  });
  return {
    show: () => {
      const due = waiting;
      waiting = new Map();
      for (const work of due.values()) work(0);
    },
  };
}
