/** Scopes of more than one symbol. */
export type Pooled = 'partial' | 'market' | 'feed';

/** The verdicts of one judge on one day, compared with the faults that were planted. */
export interface JudgeRecord {
  readonly name: string;
  /** `stale` verdicts on living symbols, by sort of symbol. */
  readonly falseMarks: readonly number[];
  /** The false marks that came while the market of the symbol was not open. */
  readonly falseWhileNotOpen: number;
  /** Open time for which living symbols were quiet, in ms, by sort of symbol. */
  readonly quietTime: readonly number[];
  /** For each death, the open time to the first `stale` verdict, in ms; `null` when none came that day. */
  readonly found: readonly (number | null)[];
  /** The same for the first verdict, `quiet` or `stale`; 0 when the symbol was quiet or stale already. */
  readonly noticed: readonly (number | null)[];
  /** For each death, whether the judge explained at that time that it would not notice it. */
  readonly undetectable: readonly (boolean | null)[];
  readonly outages: readonly {
    /** Time to the first verdict on a market, the feed or a partial outage, in ms. */
    readonly found: number | null;
    /** Whether a verdict had the scope of the outage. */
    readonly named: boolean;
    /** The part of the named topics that was dead, and the part of the dead topics that was named. */
    readonly right?: number;
    readonly all?: number;
  }[];
  /** Verdicts on a market, the feed or a partial outage without any outage. */
  readonly falseAlarms: readonly { readonly scope: Pooled; readonly at: number }[];
}

/** A judged day. */
export interface DayRecord {
  readonly kind: string;
  readonly seed: number;
  readonly laws: readonly string[];
  readonly messages: number;
  /** Processor time, in ms, of the day and of the days before it. */
  readonly took: number;
  /** Symbols whose market was open at some time, by sort of symbol. */
  readonly symbolDays: readonly number[];
  /** Time for which living symbols had an open market, in ms, by sort of symbol. */
  readonly openTime: readonly number[];
  /** The number of false marks that the oracle is expected to make. */
  readonly expected: number;
  readonly judgesPools: boolean;
  readonly deaths: readonly {
    readonly sort: number;
    /** Open time in ms: until the oracle knows, until the end of the day, and until the end of the present session. */
    readonly needs: number | null;
    readonly left: number;
    readonly leftOfPart: number;
  }[];
  readonly outages: readonly {
    readonly scope: Pooled;
    /** Messages a second of the whole feed when the outage began. */
    readonly rate: number;
    readonly oracle: number | null;
  }[];
  readonly judges: readonly JudgeRecord[];
}
