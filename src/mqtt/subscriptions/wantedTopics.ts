/** The topics a link is to be subscribed to, and what changed: work is in proportion to the change, not to the whole. */
export interface WantedTopics {
  /** All that are wanted right now; the same set at every change. */
  readonly all: ReadonlySet<string>;
  readonly added: readonly string[];
  readonly gone: readonly string[];
}
