import { Subject, type OperatorFunction } from 'rxjs';
import type { QueueSnapshot, QueueStats } from '../../operators/index.js';
import { type Metered, metered } from '../support/metered.js';
import { NaiveCounts } from './naiveQueue.js';
import { type Item, stoppedClock, Thrown } from './side.js';
import { type NaiveStage, realStage, type Stage, StageSide } from './stageSide.js';

/** An operator that a notifier tells when to emit. */
export interface TurnStage extends Stage {
  turn(): void;
  turnsFail(): void;
  turnsComplete(): void;
}

/** Values, and turns. */
export abstract class TurnSide extends StageSide<TurnStage> {
  protected override reentry = 0.15;

  protected override more(stage: TurnStage): void {
    const what = this.dice.next();
    if (what < 0.98) stage.turn();
    else if (what < 0.99) stage.turnsFail();
    else stage.turnsComplete();
  }
}

type MakeTurns = (
  side: TurnSide,
  turns$: () => Subject<void>,
  stats: QueueStats,
) => OperatorFunction<Item, Item | Item[]>;

/** The operator under test; `make` is handed what the side listens with, and the notifier. */
export class RealTurns extends TurnSide {
  private turns$ = new Subject<void>();
  private readonly operator: Metered<Item, Item | Item[]>;

  constructor(seed: number, overflow: TurnSide['overflow'], make: MakeTurns) {
    super(seed, overflow);
    this.operator = metered((stats) => make(this, () => this.turns$, stats), stoppedClock);
  }

  protected override open(): TurnStage {
    const turns$ = new Subject<void>();
    this.turns$ = turns$;
    return {
      ...realStage(this.operator, this),
      turn: () => turns$.next(),
      turnsFail: () => turns$.error(new Thrown('turns')),
      turnsComplete: () => turns$.complete(),
    };
  }

  protected override stats(): QueueSnapshot {
    return this.operator.stats();
  }
}

/** A naive operator in the same hands. */
export class NaiveTurns extends TurnSide {
  private readonly ledger = new NaiveCounts();
  private readonly make: (side: TurnSide, counts: NaiveCounts) => NaiveStage & TurnStage;

  constructor(seed: number, overflow: TurnSide['overflow'], make: NaiveTurns['make']) {
    super(seed, overflow);
    this.make = make;
  }

  protected override open(): TurnStage {
    return this.make(this, this.ledger);
  }

  protected override stats(): QueueSnapshot {
    return this.ledger.stats();
  }
}
