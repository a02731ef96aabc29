import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';

interface Shown {
  /** Every byte that the terminal got. */
  readonly bytes: string;
  readonly code: number | null;
}

/** Runs the demonstration on a real terminal of util-linux's `script`; keys are typed once so much was shown. */
async function onTerminal(
  env: NodeJS.ProcessEnv,
  shown: RegExp,
  keys: string,
  setUp = 'stty rows 24 cols 100',
): Promise<Shown> {
  const child = spawn('script', ['-qec', `${setUp}; exec node dist/src/cli/main.js demo`, '/dev/null'], {
    env: { ...process.env, TERM: 'xterm', FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let [bytes, isTyped] = ['', false];
  for await (const chunk of child.stdout) {
    bytes += String(chunk);
    if (isTyped || !shown.test(bytes)) continue;
    isTyped = true;
    child.stdin.write(keys);
  }
  return { bytes, code: await exited };
}

const CTRL_C = '\u0003';
const enter = '\u001b[?1049h\u001b[?25l';
const leave = '\u001b[?25h\u001b[?1049l';

/** What is on the first screen after the table is gone. */
function afterTable(bytes: string): string {
  return bytes.slice(bytes.lastIndexOf(leave) + leave.length);
}

test('Ctrl-C on a terminal ends the table, shows the cursor and the account, and exits with 0', async () => {
  const { bytes, code } = await onTerminal({}, /● AOT/, CTRL_C);
  expect(code).toBe(0);
  expect(bytes.split(enter)).toHaveLength(2);
  expect(bytes.split(leave)).toHaveLength(2);
  expect(bytes.indexOf(enter)).toBeLessThan(bytes.indexOf('● AOT'));
  expect(afterTable(bytes)).toMatch(/connection live.*Account of all messages:.* {2}conserved {4}true\r\n$/s);
  expect(afterTable(bytes)).not.toContain('\u001b[?25l');
});

test('a table shows the loss of the link: dead prices in brackets, dimmed, then live ones of the next epoch', async () => {
  const { bytes, code } = await onTerminal({}, /GAP CLOSED.*● AOT/s, CTRL_C);
  expect(code).toBe(0);
  expect(bytes).toMatch(/\u001b\[2m○ AOT .*?\([\d.]+\) .*?SUSPECT +open +0\u001b\[0m/);
  expect(bytes.slice(bytes.indexOf('GAP CLOSED'))).toMatch(/● AOT .*?live +open +1/);
});

test('NO_COLOR leaves the table without colours, and the marks in it', async () => {
  const { bytes } = await onTerminal({ NO_COLOR: '1' }, /○ AOT .*SUSPECT/s, CTRL_C);
  expect(bytes).toContain(enter);
  // Only cursor and screen are spoken to, besides the reset when the screen is left.
  expect(bytes.replaceAll('\u001b[0m\u001b[?25h', '')).not.toMatch(/\u001b\[\d+m/);
});

test('a dumb terminal gets lines and no control sequence', async () => {
  const { bytes, code } = await onTerminal({ TERM: 'dumb' }, /● AOT/, CTRL_C);
  expect(code).toBe(0);
  expect(bytes).not.toContain('\u001b');
});

test('a terminal that tells no size is taken for one of 80 by 24', async () => {
  const { bytes, code } = await onTerminal({}, /● AOT/, CTRL_C, 'stty rows 0 cols 0');
  expect(code).toBe(0);
  expect(bytes).toContain(`${'─'.repeat(80)}\u001b[0m`);
});

test('Ctrl-Z gives the shell its screen back, and the table is drawn again when it goes on', async () => {
  // `script` stops with what runs in it, and both have to be sent on their way again.
  const stopAndGoOn = 'self=$$; (sleep 2; kill -TSTP $self; sleep 1; kill -CONT $PPID $self) & stty rows 24 cols 100';
  const { bytes, code } = await onTerminal({}, /\u001b\[\?1049l.*\u001b\[\?1049h.*● AOT/s, CTRL_C, stopAndGoOn);
  expect(code).toBe(0);
  expect(bytes.split(enter)).toHaveLength(3);
  expect(bytes.split(leave)).toHaveLength(3);
});
