import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

interface Shown {
  /** Every byte that the terminal got. */
  readonly bytes: string;
  readonly code: number | null;
}

/** Types keys when what was shown since the keys before them matches. */
type Step = readonly [shown: RegExp, keys: string];

/** Node takes a terminal under CI for one without colours, whatever TERM says. */
const plainTerminal = { TERM: 'xterm', SHELL: '/bin/bash', CI: undefined, FORCE_COLOR: undefined, NO_COLOR: undefined };

/** Runs the demonstration on a real terminal of util-linux's `script`. */
async function onTerminal(
  env: NodeJS.ProcessEnv,
  steps: readonly Step[],
  commands: readonly string[] = ['stty rows 24 cols 100', `exec ${demo}`],
): Promise<Shown> {
  const child = spawn('script', ['-qec', commands.join('\n'), '/dev/null'], {
    env: { ...process.env, ...plainTerminal, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let [bytes, from] = ['', 0];
  const left = [...steps];
  for await (const chunk of child.stdout) {
    bytes += String(chunk);
    const [step] = left;
    if (step?.[0].test(bytes.slice(from)) !== true) continue;
    left.shift();
    from = bytes.length;
    child.stdin.write(step[1]);
  }
  return { bytes, code: await exited };
}

const demo = 'node dist/src/cli/main.js demo';
const [CTRL_C, CTRL_Z] = ['\u0003', '\u001a'];
const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';

/** The text on the first screen after the table is gone. */
function afterTable(bytes: string): string {
  return bytes.slice(bytes.lastIndexOf(leave) + leave.length);
}

test('Ctrl-C on a terminal ends the table, shows the cursor and the counts, and exits with 0', async () => {
  const { bytes, code } = await onTerminal({}, [[/● AOT/, CTRL_C]]);
  expect(code).toBe(0);
  expect(bytes.split(enter)).toHaveLength(2);
  expect(bytes.split(leave)).toHaveLength(2);
  expect(bytes.indexOf(enter)).toBeLessThan(bytes.indexOf('● AOT'));
  expect(afterTable(bytes)).toMatch(/connection live.*Counts of all messages:.* {2}conserved {4}true\r\n$/s);
  expect(afterTable(bytes)).not.toContain('\u001b[?25l');
});

test('a table shows the loss of the link: dead prices in brackets, dimmed, then live ones of the next epoch', async () => {
  const { bytes, code } = await onTerminal({}, [[/GAP CLOSED.*● AOT/s, CTRL_C]]);
  expect(code).toBe(0);
  expect(bytes).toMatch(/\u001b\[2m○ AOT .*?\([\d.]+\) .*?SUSPECT +open +0\u001b\[0m/);
  expect(bytes.slice(bytes.indexOf('GAP CLOSED'))).toMatch(/● AOT .*?live +open +1/);
});

test('NO_COLOR makes the table without colours, but with its marks', async () => {
  const { bytes } = await onTerminal({ NO_COLOR: '1' }, [[/○ AOT .*SUSPECT/s, CTRL_C]]);
  expect(bytes).toContain(enter);
  // Only cursor and screen are spoken to, besides the reset when the screen is left.
  expect(bytes.replaceAll('\u001b[0m\u001b[?25h', '')).not.toMatch(/\u001b\[\d+m/);
});

test('a dumb terminal gets lines and no control sequence', async () => {
  const { bytes, code } = await onTerminal({ TERM: 'dumb' }, [[/● AOT/, CTRL_C]]);
  expect(code).toBe(0);
  expect(bytes).not.toContain('\u001b');
});

test('a terminal that reports no size counts as one of 80 by 24', async () => {
  const { bytes, code } = await onTerminal({}, [[/● AOT/, CTRL_C]], ['stty rows 0 cols 0', `exec ${demo}`]);
  expect(code).toBe(0);
  expect(bytes).toContain(`${'─'.repeat(80)}\u001b[0m`);
});

test('Ctrl-Z restores the shell’s screen, and the table is drawn again when the command continues', async () => {
  const shell = ['set -m', 'stty rows 24 cols 100', demo, 'echo HELD', 'fg'];
  const steps: readonly Step[] = [
    [/● AOT/, CTRL_Z],
    [/HELD.*● AOT/s, CTRL_C],
  ];
  const { bytes, code } = await onTerminal({}, steps, shell);
  expect(code).toBe(0);
  expect(bytes.split(enter)).toHaveLength(3);
  expect(bytes.split(leave)).toHaveLength(3);
  const held = bytes.indexOf('HELD');
  expect(bytes.lastIndexOf(leave, held)).toBeGreaterThan(bytes.lastIndexOf(enter, held));
  expect(bytes.indexOf(enter, held)).toBeLessThan(bytes.indexOf('● AOT', held));
});

test('an uncaught error is shown on the main screen, with the cursor', async () => {
  // As soon as the table is there: it is what listens to Ctrl-Z.
  const thrown = "setInterval(()=>{if(process.listenerCount('SIGTSTP')>0)throw(new(Error)('planted'))},50)";
  const { bytes, code } = await onTerminal({ NODE_OPTIONS: `--import data:text/javascript,${thrown}` }, []);
  expect(code).not.toBe(0);
  expect(bytes).toContain(enter);
  expect(afterTable(bytes)).toMatch(/^Error: planted\r$/m);
  expect(bytes.slice(0, bytes.lastIndexOf(leave))).not.toContain('planted');
});
