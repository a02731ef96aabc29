import { afterAll, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { startSimulatedVenue } from '../../src/testing/index.js';
import { fakeTerminal } from './fakeTerminal.js';
import { isPrintedQuote, livesInEpoch, type PrintedUpdate, readRun } from './printedRun.js';

const symbols = ['AOT', 'PTT'];
const venue = await startSimulatedVenue({ symbols, rate: 40 });
afterAll(() => venue.stop());

const env = {
  SETTRADE_APP_ID: venue.appId,
  SETTRADE_APP_SECRET: venue.appSecret,
  SETTRADE_APP_CODE: venue.appCode,
  SETTRADE_BROKER_ID: venue.brokerId,
  SETTRADE_BASE_URL: venue.restUrl,
};
const args = ['watch', ...symbols, '--settrade', '--json'];

it('the command signs in to Settrade, knows the market of each symbol, makes each suspect when the link is lost and recovers each', async () => {
  const settled = livesInEpoch(0, symbols, 3);
  // The market is known from a message of its own, which may come after a quote.
  const tradable = new Set<string>();
  let isCut = false;
  const terminal = fakeTerminal((line, { end }) => {
    if (settled(line) && !isCut) {
      isCut = true;
      venue.dropConnections();
    }
    const update = JSON.parse(line) as PrintedUpdate;
    if (isPrintedQuote(update) && update.epoch === 1 && update.state === 'live' && update.market === 'open') {
      tradable.add(update.symbol);
    }
    if (tradable.size === symbols.length) end('interrupted');
  });
  expect(await run([...args, '--seconds', '30'], terminal, { env })).toBe(0);
  const { updates, summary } = readRun(terminal.lines);
  const quotes = updates.filter(isPrintedQuote);
  for (const symbol of symbols) {
    const own = quotes.filter((quote) => quote.symbol === symbol);
    expect(own.map(({ state }) => state)).toContain('suspect');
    expect(own.at(-1)).toMatchObject({ epoch: 1, market: 'open' });
  }
  expect(summary).toMatchObject({ conserved: true, epoch: 1, rejected: {} });
  expect(terminal.errors().match(/Settrade may allow one session only for an account/g)).toHaveLength(1);
  for (const secret of [venue.appSecret, 'Bearer']) {
    expect(`${terminal.lines.join()}${terminal.errors()}`).not.toContain(secret);
  }
});

it('the command exits with 1 when it can not sign in, with the reason and without a secret', async () => {
  const restore = venue.fail('login', { kind: 'status', status: 401 });
  const terminal = fakeTerminal();
  expect(await run([...args, '--seconds', '1'], terminal, { env })).toBe(1);
  restore();
  expect(terminal.errors()).toMatch(/401/);
  expect(terminal.errors()).toContain(`never connected {"url":"${venue.restUrl}"}`);
  expect(terminal.errors()).not.toContain(venue.appSecret);
});

describe('the command line', () => {
  it.each(['SETTRADE_APP_ID', 'SETTRADE_APP_SECRET', 'SETTRADE_APP_CODE', 'SETTRADE_BROKER_ID'])(
    'without %s exits with 2 and names it',
    async (name) => {
      for (const value of [undefined, '']) {
        const terminal = fakeTerminal();
        expect(await run(args, terminal, { env: { ...env, [name]: value } })).toBe(2);
        expect(terminal.errors()).toMatch(new RegExp(`^rx-quotes: ${name} is `));
        expect(terminal.errors()).not.toContain(venue.appSecret);
      }
    },
  );

  it('with a password in SETTRADE_BASE_URL exits with 2 and does not show it', async () => {
    const terminal = fakeTerminal();
    const at = { ...env, SETTRADE_BASE_URL: 'https://desk:hunter2@venue.example' };
    expect(await run(args, terminal, { env: at })).toBe(2);
    expect(terminal.errors()).not.toContain('hunter2');
  });
});
