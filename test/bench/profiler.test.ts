import { expect, it } from 'vitest';
import { selfTimes } from '../../bench/profile/profiler.js';

const node = (id: number, functionName: string, url: string, lineNumber: number) => ({
  ...{ id, callFrame: { functionName, url, lineNumber, scriptId: '1', columnNumber: 0 } },
});

it('a profile gives the part of each function in the time that the thread works, longest first', () => {
  const profile = {
    nodes: [
      node(1, '(root)', '', -1),
      node(2, '(idle)', '', -1),
      node(3, 'read', `file://${process.cwd()}/dist/src/read.js`, 9),
      node(4, '', `file://${process.cwd()}/dist/src/read.js`, 19),
      node(5, '(garbage collector)', '', -1),
      node(6, 'read', `file://${process.cwd()}/dist/src/read.js`, 9),
    ],
    ...{ startTime: 0, endTime: 1_000, samples: [2, 3, 4, 5, 6], timeDeltas: [900, 20, 10, 40, 30] },
  };
  expect(selfTimes(profile)).toEqual([
    { where: 'read dist/src/read.js:10', part: 0.5 },
    { where: '(garbage collector)', part: 0.4 },
    { where: '(anonymous) dist/src/read.js:20', part: 0.1 },
  ]);
});
