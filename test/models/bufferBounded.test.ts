import { defer } from 'rxjs';
import { bufferBounded } from '../../operators/index.js';
import { overflows } from '../../operators/support/overflow.js';
import { modelRuns } from './modelRuns.js';
import { NaiveTurnStage } from './naiveTurnStage.js';
import { NaiveTurns, RealTurns } from './turns.js';

/** All that waits as one array: at every turn, and once more at the end of the source. */
class NaiveBuffer extends NaiveTurnStage {
  override complete(): void {
    if (this.stopped) return;
    this.stopped = true;
    this.emitTurn();
    this.end(() => this.side.consumer.complete());
  }

  protected override emitTurn(): void {
    this.emit(this.waiting.drain());
    this.waiting.relieve();
  }

  protected override rules(): object {
    return {};
  }
}

overflows.forEach((overflow, index) => {
  modelRuns(
    3_300 + 10 * index,
    `bufferBounded (${overflow})`,
    (seed) => ({
      naive: new NaiveTurns(seed, overflow, (side, counts) => new NaiveBuffer(side, counts)),
      real: new RealTurns(seed, overflow, ({ keyOf, onDrop, onPressure, capacityNow }, turns$, stats) =>
        bufferBounded(defer(turns$), {
          get capacity() {
            return capacityNow();
          },
          ...{ overflow, onDrop, onPressure, stats },
          key: overflow === 'conflate' ? keyOf : undefined,
        }),
      ),
    }),
    ['next', 'raised', 'eased', 'unsubscribed', 'errored', 'error', 'complete'],
  );
});
