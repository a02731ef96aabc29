import { getHeapStatistics } from 'node:v8';
import { startQuoteBroker } from '../quoteBroker.js';
import type { RealRow, Subject } from '../realRow.js';

const megabyte = 1024 * 1024;
const aMinute = 100_000;

const block = (ms: number): void => {
  for (const end = performance.now() + ms; performance.now() < end; );
};

/** A feed of two symbols that has no stalls: what blocks the thread has another finding. */
const quiet = (subject: Subject): void => {
  subject.open({ stallThreshold: Infinity }).quotes(['AOT', 'PTT']).subscribe();
};

/** Repeats work with a pause until the remedy. */
function repeated(subject: Subject, work: () => void, pause: number): void {
  let isWrong = false;
  const again = (): void => {
    if (!isWrong) return;
    work();
    if (pause === 0) setImmediate(again);
    else setTimeout(again, pause);
  };
  subject.onFault(() => {
    isWrong = true;
    again();
  });
  subject.onCure(() => {
    isWrong = false;
  });
}

/** A consumer that takes `ms` ms for each message until the remedy. */
function consuming(ms: number): RealRow['near'] {
  return (subject) => {
    let isWrong = false;
    subject
      .open({ stallThreshold: Infinity })
      .quotes(['AOT', 'PTT'], { name: 'desk' })
      .subscribe(() => {
        if (isWrong) block(ms);
      });
    subject.onFault(() => {
      isWrong = true;
    });
    subject.onCure(() => {
      isWrong = false;
    });
  };
}

/** Objects that the collector has to visit, about 1 MB. */
const objects = (): unknown[] => Array.from({ length: 16_000 }, (_, index) => ({ index, twice: [index, index] }));

/** A full collection, in a process with `--expose-gc`. */
const collect = (): void => (globalThis as { readonly gc?: () => void }).gc?.();

/** Asks for a full collection every few seconds: a row has no time to wait until Node makes some by itself. */
function collecting(): void {
  setInterval(collect, 5_000);
}

/** Faults that take the processor or the memory of the process. */
export const processRows: readonly RealRow[] = [
  {
    code: 'RXP_SLOW_CONSUMER',
    isHeavy: true,
    settle: 1_000,
    within: 60_000,
    clears: aMinute,
    fix: 1,
    far: () => startQuoteBroker({ every: 50 }),
    near: consuming(20),
  },
  {
    code: 'RXP_BUSY_THREAD',
    isHeavy: true,
    settle: 1_000,
    within: 60_000,
    clears: aMinute,
    fix: 1,
    unseen: 'it measures its own process and not that of the feed',
    far: () => startQuoteBroker(),
    near: (subject) => {
      quiet(subject);
      repeated(subject, () => block(180), 20);
    },
  },
  {
    code: 'RXP_GC_PAUSES',
    isHeavy: true,
    settle: 1_000,
    within: 60_000,
    clears: aMinute,
    fix: 0,
    node: ['--expose-gc'],
    far: () => startQuoteBroker(),
    near: (subject) => {
      quiet(subject);
      const kept: unknown[] = [];
      repeated(
        subject,
        () => {
          // As many objects as this machine takes 100 ms to visit, and then a collection of them again and again.
          const begun = performance.now();
          collect();
          if (performance.now() - begun < 100) kept.push(objects(), objects());
        },
        200,
      );
      subject.onCure(() => {
        kept.length = 0;
      });
    },
  },
  {
    code: 'RXP_CPU_CONSUMERS',
    isHeavy: true,
    settle: 0,
    within: 90_000,
    clears: aMinute,
    fix: 0,
    far: () => startQuoteBroker({ every: 9 }),
    near: consuming(4),
  },
  {
    code: 'RXP_CPU_OTHER',
    isHeavy: true,
    settle: 0,
    within: 90_000,
    clears: aMinute,
    fix: 1,
    unseen: 'it measures its own process and not that of the feed',
    far: () => startQuoteBroker(),
    near: (subject) => {
      quiet(subject);
      repeated(subject, () => block(4), 0);
    },
  },
  {
    code: 'RXP_HEAP_LIMIT',
    // A heap that is nearly full is collected again and again.
    implied: ['RXP_GC_PAUSES'],
    settle: 1_000,
    within: 40_000,
    clears: 40_000,
    fix: 0,
    node: ['--max-old-space-size=160', '--max-semi-space-size=1', '--expose-gc'],
    far: () => startQuoteBroker(),
    near: (subject) => {
      quiet(subject);
      collecting();
      const kept: unknown[] = [];
      subject.onFault(() => {
        const { heap_size_limit: limit } = getHeapStatistics();
        while (getHeapStatistics().used_heap_size < 0.9 * limit) kept.push(new Array(megabyte / 64).fill(kept.length));
      });
      subject.onCure(() => {
        kept.length = 0;
      });
    },
  },
  {
    code: 'RXP_HEAP_GROWS',
    settle: 1_000,
    within: 320_000,
    clears: 100_000,
    fix: 0,
    node: ['--max-old-space-size=400', '--expose-gc'],
    far: () => startQuoteBroker({ every: 50 }),
    near: (subject) => {
      const feed = subject.open({ stallThreshold: Infinity });
      collecting();
      const kept: unknown[] = [];
      let isWrong = false;
      feed.quotes(['AOT', 'PTT']).subscribe((quote) => {
        if (isWrong) kept.push([quote, new Array(2_000).fill(quote.bid)]);
      });
      subject.onFault(() => {
        isWrong = true;
      });
      subject.onCure(() => {
        isWrong = false;
        kept.length = 0;
      });
    },
  },
];
