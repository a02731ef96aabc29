import type { Packet, PacketName } from './packets.js';

export type Direction = 'to broker' | 'to client';

/**
 * The action on a packet instead of passing it on.
 *
 * - `delay`: it and all behind it come later; `drop`: it does not come
 * - `replace`: other bytes come; `inject`: other bytes come behind it; `slice`: it comes in pieces of `size` bytes
 * - `reset`: the client's connection ends with RST; `half-close`: with FIN; `close`: with a WebSocket's close code
 * - `black-hole`: from now on nothing comes through in either direction, and nothing ends
 */
export type Action =
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'drop' | 'reset' | 'half-close' | 'black-hole' }
  | { readonly kind: 'replace' | 'inject'; readonly bytes: Uint8Array }
  | { readonly kind: 'slice'; readonly size: number }
  | { readonly kind: 'close'; readonly code: number };

/** Which packets, and what happens to them. A field that is left out matches any. */
export interface Rule {
  /** Number of the connection, from 0. */
  readonly connection?: number;
  readonly direction?: Direction;
  readonly packet?: PacketName;
  /** The topic of a PUBLISH, or one of a SUBSCRIBE's. */
  readonly topic?: string;
  /** Only with more topics than this. */
  readonly topicsAbove?: number;
  /** Only while more SUBSCRIBEs of the connection than this have no SUBACK, the packet itself included. */
  readonly unansweredAbove?: number;
  /** The number of packets to pass first. @defaultValue 0 */
  readonly skip?: number;
  /** How often the rule applies. @defaultValue Infinity */
  readonly times?: number;
  readonly action: Action;
}

/** The rules in force, the newest first. */
export class Rules {
  private readonly entries: { readonly rule: Rule; skip: number; left: number }[] = [];
  /** How many SUBSCRIBEs of each connection have no SUBACK. */
  private readonly unanswered = new Map<number, number>();

  /** Puts a rule in force; the function returned takes it back. */
  add(rule: Rule): () => void {
    const entry = { rule, skip: rule.skip ?? 0, left: rule.times ?? Infinity };
    this.entries.unshift(entry);
    return () => {
      entry.left = 0;
    };
  }

  /** The action on a packet; counts as a use of the rule. */
  take(connection: number, direction: Direction, { name, topics }: Packet): Action | undefined {
    const change = Number(name === 'subscribe') - Number(name === 'suback');
    const unanswered = (this.unanswered.get(connection) ?? 0) + change;
    this.unanswered.set(connection, unanswered);
    for (const entry of this.entries) {
      const { rule } = entry;
      const fits =
        entry.left > 0 &&
        (rule.connection ?? connection) === connection &&
        (rule.direction ?? direction) === direction &&
        (rule.packet ?? name) === name &&
        topics.length > (rule.topicsAbove ?? -1) &&
        unanswered > (rule.unansweredAbove ?? -1) &&
        (rule.topic === undefined || topics.includes(rule.topic));
      if (!fits) continue;
      entry.skip -= 1;
      if (entry.skip >= 0) continue;
      entry.left -= 1;
      return rule.action;
    }
    return undefined;
  }
}
