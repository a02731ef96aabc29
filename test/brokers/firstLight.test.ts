import { afterAll, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { expectFirstLight } from '../cli/expectFirstLight.js';
import { fiveSymbols } from '../cli/expectRecovery.js';
import { fakeTerminal } from '../cli/fakeTerminal.js';
import { livesInEpoch, readRun } from '../cli/printedRun.js';
import { publishGoldensUntil } from '../cli/publishGoldens.js';
import { startMosquitto } from '../support/mosquittoBroker.js';

const broker = await startMosquitto();
afterAll(broker.stop);

it.each(['mqtt', 'ws'] as const)(
  'the command shows five symbols over %s at golden prices, makes each suspect at once when the broker dies, and recovers each',
  async (scheme) => {
    const [settled, recovered] = [livesInEpoch(0, fiveSymbols, 3), livesInEpoch(1, fiveSymbols, 3)];
    let restarted: Promise<void> | undefined;
    const terminal = fakeTerminal((line, { end }) => {
      if (settled(line)) restarted ??= broker.restart();
      if (recovered(line)) end('interrupted');
    });
    const env = { MQTT_USERNAME: broker.username, MQTT_PASSWORD: broker.password };
    let code: number | undefined;
    const running = run(
      ['watch', ...fiveSymbols, '--json', '--seconds', '40', '--url', broker.urls[scheme]],
      terminal,
      { env },
    );
    const noted = running.then((result) => {
      code = result;
    });
    await publishGoldensUntil(broker, () => code !== undefined);
    await Promise.all([noted, restarted]);

    expect(code).toBe(0);
    const printed = readRun(terminal.lines);
    expectFirstLight(printed);
    expect(printed.updates.filter((update) => update.kind === 'quote' && update.market !== 'unknown')).toEqual([]);
  },
);
