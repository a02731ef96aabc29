/** What a judge said on a day, against what was so. */
export interface JudgeRecord {
  readonly name: string;
  /** Marks of symbols that were alive, by sort of symbol. */
  readonly falseMarks: readonly number[];
  /** Those among them while the symbol's market was not open. */
  readonly falseWhileNotOpen: number;
  /** Of each death: the open time to the verdict, in ms; `null` when there was none that day. */
  readonly found: readonly (number | null)[];
  /** Of each death, when it happened: whether the judge said that, alone, it would not be noticed. */
  readonly undetectable: readonly (boolean | null)[];
  readonly outages: readonly {
    /** Time to the first verdict on more than a symbol, in ms. */
    readonly found: number | null;
    /** Whether it named the scope itself. */
    readonly named: boolean;
    /** Of the topics it named, the part that was dead; and the part of the dead that it named. */
    readonly right?: number;
    readonly all?: number;
  }[];
  /** Verdicts on shares, markets or the feed that nothing was behind. */
  readonly falseAlarms: readonly { readonly scope: string; readonly at: number; readonly open: boolean }[];
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
  /** False marks to be expected of the oracle. */
  readonly expected: number;
  readonly judgesPools: boolean;
  readonly deaths: readonly {
    readonly sort: number;
    /** Open time until the oracle knows, in ms, until the symbol's day ends, and until the part of it does in which it dies. */
    readonly needs: number | null;
    readonly left: number;
    readonly leftOfPart: number;
  }[];
  readonly outages: readonly {
    readonly scope: 'share' | 'market' | 'feed';
    /** Messages a second of the whole feed, when it began. */
    readonly rate: number;
    readonly oracle: number | null;
  }[];
  readonly judges: readonly JudgeRecord[];
}
