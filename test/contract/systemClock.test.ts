import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Subscription } from 'rxjs';
import { expect, it, vi } from 'vitest';
import { systemClock } from '../../src/model/systemClock.js';

/** Runs a program with a shared `systemClock`, and returns its output after it has ended by itself. */
async function run(program: string): Promise<string> {
  const source = fileURLToPath(new URL('../../src/model/systemClock.ts', import.meta.url));
  const contents = `import { systemClock } from '${source}'; ${program}`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    ...{ bundle: true, platform: 'node', format: 'esm', write: false },
  });
  const code = outputFiles[0]?.text ?? '';
  return execFileSync(process.execPath, ['--input-type=module', '-'], {
    input: code,
    encoding: 'utf8',
    timeout: 15_000,
  });
}

it('a background timer of systemClock never keeps a process alive', async () => {
  expect(await run(`systemClock.background.schedule(() => console.log('late'), 3_600_000); console.log('end');`)).toBe(
    'end\n',
  );
});

it('a timer of systemClock keeps a process alive', async () => {
  expect(await run(`systemClock.timers.schedule(() => console.log('late'), 20); console.log('end');`)).toBe(
    'end\nlate\n',
  );
});

it('background work of systemClock can repeat with its state, until it is unsubscribed', async () => {
  const received: (number | undefined)[] = [];
  await new Promise<void>((resolve) => {
    const work = systemClock.background.schedule<number>(
      function (state) {
        received.push(state);
        if (state < 3) this.schedule(state + 1, 1);
        else resolve();
      },
      1,
      0,
    );
    expect(work.closed).toBe(false);
  });
  expect(received).toEqual([0, 1, 2, 3]);
});

it('background work of systemClock that is unsubscribed, before or inside its own run, never runs again', async () => {
  let runs = 0;
  systemClock.background
    .schedule(() => {
      runs += 1;
    }, 1)
    .unsubscribe();
  const work = systemClock.background.schedule(function () {
    runs += 10;
    work.unsubscribe();
    this.schedule(undefined, 0);
  }, 1);
  await new Promise((resolve) => systemClock.timers.schedule(resolve, 20));
  expect(runs).toBe(10);
});

it('background delays longer than setTimeout allows do not fire at once', async () => {
  let fired = false;
  const fire = (): void => {
    fired = true;
  };
  const works = [2 ** 31, 2 ** 40, Infinity].map((delay) => systemClock.background.schedule(fire, delay));
  await new Promise((resolve) => systemClock.timers.schedule(resolve, 20));
  for (const work of works) work.unsubscribe();
  expect(fired).toBe(false);
});

it('the schedulers of systemClock keep their time when the wall clock is set', () => {
  const wall = vi.spyOn(Date, 'now').mockReturnValue(0);
  try {
    for (const name of ['timers', 'background', 'io'] as const) {
      const before = systemClock[name].now();
      wall.mockReturnValue(systemClock.now() + 86_400_000);
      expect(systemClock[name].now() - before).toBeLessThan(3_600_000);
    }
  } finally {
    wall.mockRestore();
  }
});

it('systemClock reports a jump within a second when monotonic time stood still, and none while both clocks advance', async () => {
  let slept = 0;
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() - slept };
  const jumps: number[] = [];
  const undisturbed: number[] = [];
  const listening = new Subscription();
  listening.add(clock.jumps?.().subscribe((jump) => jumps.push(jump)));
  listening.add(systemClock.jumps?.().subscribe((jump) => undisturbed.push(jump)));
  slept = 8_000;
  await new Promise((resolve) => systemClock.timers.schedule(resolve, 2_200));
  listening.unsubscribe();
  expect(jumps).toHaveLength(1);
  expect(Math.round((jumps[0] ?? 0) / 100)).toBe(80);
  expect(undisturbed).toEqual([]);
});

it('the timer that checks for jumps never keeps a process alive', async () => {
  expect(await run(`systemClock.jumps().subscribe(() => console.log('jump')); console.log('end');`)).toBe('end\n');
});
