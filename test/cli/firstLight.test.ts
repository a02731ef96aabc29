import { afterAll, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { startAedes } from '../support/aedesBroker.js';
import { expectFirstLight } from './expectFirstLight.js';
import { fiveSymbols } from './expectRecovery.js';
import { fakeTerminal } from './fakeTerminal.js';
import { livesInEpoch, readRun } from './printedRun.js';
import { publishGoldensUntil } from './publishGoldens.js';

const broker = await startAedes();
afterAll(broker.stop);

it.each(['tcpUrl', 'wsUrl'] as const)(
  'the command watches five symbols on the %s at golden prices, makes each suspect when the link is lost, and recovers each',
  async (name) => {
    const [settled, recovered] = [livesInEpoch(0, fiveSymbols, 3), livesInEpoch(1, fiveSymbols, 3)];
    let isCut = false;
    const terminal = fakeTerminal((line, { end }) => {
      if (settled(line) && !isCut) {
        isCut = true;
        broker.dropAll();
      }
      if (recovered(line)) end('interrupted');
    });
    let code: number | undefined;
    const running = run(['watch', ...fiveSymbols, '--json', '--url', broker[name]], terminal, { env: {} }).then(
      (result) => {
        code = result;
      },
    );
    await publishGoldensUntil(broker, () => code !== undefined);
    await running;
    expect(code).toBe(0);
    expectFirstLight(readRun(terminal.lines));
  },
);
