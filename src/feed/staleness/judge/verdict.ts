/**
 * A finding of the judge of silence. Each is reported once, until a message comes again.
 *
 * - `quiet`: a topic is silent for longer than all but about one of its gaps a day; that is no fault
 * - `topic`: a topic is silent for longer than is normal for it, while its market is open or its state is unknown
 * - `partial`: these topics fell silent together while the rest of the feed goes on
 * - `market`: a market that is open sends nothing while another goes on
 * - `feed`: nothing comes from any market, although at least one is open
 */
export type Verdict =
  | { readonly scope: 'topic' | 'quiet'; readonly topic: string }
  | { readonly scope: 'partial'; readonly topics: readonly string[] }
  | { readonly scope: 'market'; readonly market: string }
  | { readonly scope: 'feed' };
