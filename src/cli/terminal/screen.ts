import type { Observable } from 'rxjs';
import type { Size } from '../table/frame.js';

/** A terminal that can be written to at any position. */
export interface Screen {
  readonly size: () => Size;
  /** Emits when the screen has to be drawn again: the size changed, or another program used the terminal. */
  readonly resized$: Observable<void>;
  /** Whether stderr is shown on this screen, too. */
  readonly showsErrors: boolean;
  /**
   * Hides the cursor and switches to the alternate screen. `leave()` restores the terminal, and so does every end of
   * the process.
   */
  readonly enter: () => void;
  readonly leave: () => void;
}
