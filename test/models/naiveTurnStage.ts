import type { NaiveCounts, NaiveQueue } from './naiveQueue.js';
import { type Item, Thrown } from './side.js';
import { NaiveStage } from './stageSide.js';
import type { TurnSide, TurnStage } from './turns.js';

/** One queue, and a notifier whose end changes nothing while its error ends all. */
export abstract class NaiveTurnStage extends NaiveStage implements TurnStage {
  protected readonly waiting: NaiveQueue<Item>;
  private turnsOver = false;

  constructor(side: TurnSide, counts: NaiveCounts) {
    super(side, counts);
    this.waiting = this.queue(side.overflow, this.rules(side));
  }

  override next(item: Item): void {
    if (!this.stopped) this.take(this.waiting, item);
  }

  turn(): void {
    if (!this.turnsOver && !this.over) this.emitTurn();
  }

  turnsFail(): void {
    if (this.turnsOver) return;
    this.turnsOver = true;
    this.fail(new Thrown('turns'));
  }

  turnsComplete(): void {
    this.turnsOver = true;
  }

  protected override dispose(reason: string): void {
    this.waiting.dispose(reason);
  }

  protected abstract rules(side: TurnSide): Parameters<NaiveTurnStage['queue']>[1];
  protected abstract emitTurn(): void;
}
