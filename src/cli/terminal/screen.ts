import type { Observable } from 'rxjs';
import type { Size } from '../table/frame.js';

/** A terminal that can be written to anywhere, not only at its end. */
export interface Screen {
  readonly size: () => Size;
  /** Emits when the drawing may be gone: the size changed, or another program had the terminal for a while. */
  readonly resized$: Observable<void>;
  /** Whether what is written to stderr shows on it too. */
  readonly showsErrors: boolean;
  /** Hides the cursor and takes a screen of its own; undone by `leave()`, and however else the process ends. */
  readonly enter: () => void;
  readonly leave: () => void;
}
