/** A message to the worker. */
export interface Price {
  readonly symbol: string;
  readonly bid: number;
  readonly ask: number;
}

/** The worker's answer. */
export interface Done {
  readonly symbol: string;
  readonly middle: number;
}
