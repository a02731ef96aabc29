/** The figures of a cost by the names of its rows. */
export type MeasureCost = (build: string) => Promise<Readonly<Record<string, number>>>;

export type CostName = 'decode' | 'scrape' | 'heap' | 'size';

/** One figure of a cost. */
export interface CostRow {
  readonly name: string;
  readonly unit: 'µs' | 'ms' | 'MB' | 'kB';
  /** A sentence about what is measured. */
  readonly text: string;
}

/** Something that a build of rx-quotes costs without a source or a broker, measured in a process of its own. */
export interface Cost {
  readonly rows: readonly CostRow[];
  readonly rounds: number;
  /** How long a round may take, in ms. */
  readonly patience: number;
  readonly load: () => Promise<MeasureCost>;
}
