/**
 * A finding of the judge of silence. Each is reported once, until a message comes again.
 *
 * - `quiet`: a topic is silent for longer than about one of its gaps a day; this is no fault
 * - `topic`: a topic is silent for longer than is normal for it, while its market is open or its state is unknown
 * - `partial`: these topics fell silent together while the rest of the feed continues
 * - `market`: an open market sends nothing while another continues
 * - `feed`: nothing comes from any market, although at least one is open
 */
export type Verdict =
  | { readonly scope: 'topic' | 'quiet'; readonly topic: string }
  | { readonly scope: 'partial'; readonly topics: readonly string[] }
  | { readonly scope: 'market'; readonly market: string }
  | { readonly scope: 'feed' };
