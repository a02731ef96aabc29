/** The timing of a page: its frames, its timers, and whether it is hidden. */
export interface Screen {
  /** Whether nothing of the page is shown, so that no frame comes. */
  isHidden(): boolean;
  /** Calls `work` before the next frame; the returned function cancels it. */
  frame(work: () => void): () => void;
  /** Calls `work` after `ms` ms; the returned function cancels it. */
  later(work: () => void, ms: number): () => void;
  /** Calls `listener` whenever the page is hidden or shown; the returned function ends that. */
  onVisibility(listener: () => void): () => void;
}

/** A frame where there is none, in ms: in tests that run in Node. */
const noFrame = 16;

/** The screen of this page. Without a document, e.g. in Node, it is never hidden, and a timer stands for a frame. */
export const pageScreen: Screen = {
  isHidden: () => typeof document !== 'undefined' && document.visibilityState === 'hidden',
  frame: (work) => {
    if (typeof requestAnimationFrame !== 'function') return pageScreen.later(work, noFrame);
    const id = requestAnimationFrame(work);
    return () => {
      cancelAnimationFrame(id);
    };
  },
  later: (work, ms) => {
    const id = setTimeout(work, ms);
    return () => {
      clearTimeout(id);
    };
  },
  onVisibility: (listener) => {
    if (typeof document === 'undefined') return () => undefined;
    document.addEventListener('visibilitychange', listener);
    return () => {
      document.removeEventListener('visibilitychange', listener);
    };
  },
};
