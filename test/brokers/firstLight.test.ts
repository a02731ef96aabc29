import { afterAll, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { bidOfferTopic } from '../../src/settrade/index.js';
import { expectFirstLight, fiveSymbols, movingBooks } from '../cli/expectFirstLight.js';
import { fakeTerminal } from '../cli/fakeTerminal.js';
import { livesInEpoch, readRun } from '../cli/printedRun.js';
import { startMosquitto } from '../support/mosquittoBroker.js';
import { payloadOf } from '../support/goldenBidOfferV3.js';

const broker = await startMosquitto();
afterAll(broker.stop);

/** Publishes the moving books of all symbols in turns, round and round, until told to stop. */
async function publishUntil(isOver: () => boolean): Promise<void> {
  const recording = fiveSymbols.map((symbol) =>
    movingBooks(symbol).map((book) => [bidOfferTopic(symbol), payloadOf(book)] as const),
  );
  for (let turn = 0; !isOver(); turn += 1) {
    for (const books of recording) await broker.publish(...books[turn % books.length]!);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

it.each(['mqtt', 'ws'] as const)(
  'shows five symbols over %s at golden prices, doubts each at once when the broker dies, and recovers each',
  async (scheme) => {
    const [settled, recovered] = [livesInEpoch(0, fiveSymbols, 3), livesInEpoch(1, fiveSymbols, 3)];
    let restarted: Promise<void> | undefined;
    const terminal = fakeTerminal((line, { end }) => {
      if (settled(line)) restarted ??= broker.restart();
      if (recovered(line)) end('interrupted');
    });
    const env = { MQTT_USERNAME: broker.username, MQTT_PASSWORD: broker.password };
    let code: number | undefined;
    const running = run(['--json', '--seconds', '40', '--url', broker.urls[scheme]], terminal, { env });
    const noted = running.then((result) => {
      code = result;
    });
    await publishUntil(() => code !== undefined);
    await Promise.all([noted, restarted]);

    expect(code).toBe(0);
    const printed = readRun(terminal.lines);
    expectFirstLight(printed);
    expect(printed.updates.filter((update) => update.kind === 'quote' && update.market !== 'unknown')).toEqual([]);
  },
);
