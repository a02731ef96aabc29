/** What the worker is given. */
export interface Price {
  readonly symbol: string;
  readonly bid: number;
  readonly ask: number;
}

/** What it answers. */
export interface Done {
  readonly symbol: string;
  readonly middle: number;
}
