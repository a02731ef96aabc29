import type { FlapFailure } from '../../model/errors.js';
import type { RefusedTopic } from '../../model/venue.js';

/** What happens to a link besides the changes of its state. */
export type LinkReport =
  /** A notice says that these topics are refused; `wanted` when they are. */
  | { readonly type: 'notice'; readonly refused: readonly RefusedTopic[]; readonly wanted: boolean }
  /** These topics are granted and send nothing, where an image should have come. */
  | { readonly type: 'mute'; readonly topics: readonly string[] }
  /** A connection ended before the broker had answered for these topics: from now on each is asked for last, and alone. */
  | { readonly type: 'suspected'; readonly topics: readonly string[] }
  /** The broker closed several connections when one of these topics alone was asked for: each counts as refused. */
  | { readonly type: 'closed-on'; readonly topics: readonly string[] }
  /** A connection outlived those that flapped: it is over, or, with a verdict, why they did is certain now. */
  | { readonly type: 'flap'; readonly verdict: FlapFailure | undefined }
  /** The venue's notices can't be had: what it refuses by them looks like silence. */
  | { readonly type: 'no-notices'; readonly why: string };
