import { defer } from 'rxjs';
import { conflateBy } from '../../operators/index.js';
import { modelRuns } from './modelRuns.js';
import { NaiveTurnStage } from './naiveTurnStage.js';
import { NaiveTurns, RealTurns } from './turns.js';

/** As many values as waited when the turn began, the least recently updated first; a turn inside it takes over. */
class NaiveConflateBy extends NaiveTurnStage {
  private turns = 0;

  override complete(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.waiting.dispose('completed');
    this.end(() => this.side.consumer.complete());
  }

  protected override emitTurn(): void {
    this.turns += 1;
    const turn = this.turns;
    let due = this.waiting.size;
    while (due > 0 && turn === this.turns && this.waiting.size > 0) {
      this.emit(this.waiting.pollLeastRecent());
      due -= 1;
    }
  }

  protected override rules(): { readonly onPressure: () => void } {
    return { onPressure: () => {} };
  }
}

modelRuns(
  3_200,
  'conflateBy',
  (seed) => ({
    naive: new NaiveTurns(seed, 'conflate', (side, counts) => new NaiveConflateBy(side, counts)),
    real: new RealTurns(seed, 'conflate', ({ keyOf, onDrop, capacityNow }, turns$, stats) =>
      conflateBy(keyOf, defer(turns$), {
        get capacity() {
          return capacityNow();
        },
        ...{ onDrop, stats },
      }),
    ),
  }),
  ['next', 'key-evicted', 'unsubscribed', 'completed', 'errored', 'error', 'complete'],
);
