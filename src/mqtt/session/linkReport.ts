import type { ConnectionFailure } from '../../model/errors.js';
import type { RefusedTopic } from '../../model/venue.js';

/** A report of a link besides the changes of its state. */
export type LinkReport =
  /** A notice of the venue refuses these topics; `wanted` is whether the link subscribes to them. */
  | { readonly type: 'notice'; readonly refused: readonly RefusedTopic[]; readonly wanted: boolean }
  /** These topics are granted, and an image that should have come did not come. */
  | { readonly type: 'no-data'; readonly topics: readonly string[] }
  /** A connection ended before the broker answered for these topics: from now on they are asked for last, each alone. */
  | { readonly type: 'suspected'; readonly topics: readonly string[] }
  /** The broker closed several connections when one of these topics alone was asked for: each counts as refused. */
  | { readonly type: 'closed-on'; readonly topics: readonly string[] }
  /** A connection outlived those that flapped. With a verdict, the reason for the flap is now certain; without, it is over. */
  | { readonly type: 'flap'; readonly verdict: ConnectionFailure | undefined }
  /** The venue's notices are not available, so that a topic that it refuses by a notice only looks silent. */
  | { readonly type: 'no-notices'; readonly why: string };
