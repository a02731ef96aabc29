/** A PUBLISH as the connection that read it hands it on. */
export interface ReadFrame {
  readonly topic: string;
  readonly payload: Uint8Array;
  readonly retain: boolean;
  /** The topic's first message on this subscription of this connection. */
  readonly first: boolean;
}
