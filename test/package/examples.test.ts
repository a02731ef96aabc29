import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { QueueSnapshot } from '../../operators/index.js';
import type { FeedJournal, MqttConnection } from '../../src/index.js';
import { expectConserved } from '../support/conserved.js';
import { expectAccounted } from '../support/mqttAccount.js';
import '../../examples/marble-test/quotes.test.js';
import '../../examples/simulated-venue-test/quotes.test.js';

/** Runs an example until the process ends by itself; what it wrote. */
function runExample(name: string): string {
  return execFileSync(process.execPath, ['examples/run.mjs', name], { encoding: 'utf8', timeout: 30_000 });
}

test('node-quotes prints tradable quotes, dead ones after the cut, and tradable ones again', () => {
  const lines = runExample('node-quotes').split('\n');
  const firstDead = lines.findIndex((line) => line.endsWith(' is suspect'));
  const tradable = (line: string): boolean => /^(AOT|PTT|S & J): [\d.]+ \/ [\d.]+$/.test(line);
  expect(lines.slice(0, firstDead).filter(tradable)).not.toEqual([]);
  const dead = lines.slice(firstDead).filter((line) => line.endsWith(' is suspect'));
  expect([...new Set(dead.map((line) => line.split(':')[0]))].sort()).toEqual(['AOT', 'PTT', 'S & J']);
  expect(lines.slice(firstDead).filter(tradable)).not.toEqual([]);
  expect(lines.filter((line) => line.startsWith('-- '))).toEqual(
    expect.arrayContaining(['-- live', '-- waiting', '-- closed']),
  );
});

test('generic-mqtt reads JSON, trades on no incomplete or crossed quote, and continues after unreadable payloads', () => {
  const lines = runExample('generic-mqtt').split('\n');
  const firstBad = lines.findIndex((line) => line === 'fx/EURTHB/rate: unreadable (schema)');
  expect(firstBad).toBeGreaterThan(0);
  expect(lines).toContain('fx/EURTHB/rate: unreadable (number)');
  expect(lines).toContain('USDTHB: not tradable (live)');
  expect(lines).toContain('USDTHB: not tradable (crossed)');
  expect(lines.slice(firstBad)).toContain('EURTHB: 39.1 / 39.12');
});

test('own-decoder reads protobuf by a generated decoder, shows no quote without one side, and reports a cut message', () => {
  const lines = runExample('own-decoder').trimEnd().split('\n');
  expect([...new Set(lines)].sort()).toEqual([
    '== own-decoder',
    'AOT: 62.25 / 62.5, 1000 wanted',
    'PTT: 33.75 / 34, 500 wanted',
    'desk/AOT/quote: unreadable (truncated)',
  ]);
});

test('by-hand prints fresh prices, the lost link at once, fresh prices of the next epoch, and each as stale after silence', () => {
  const lines = runExample('by-hand').trimEnd().split('\n');
  const symbols = ['AOT', 'PTT', 'SCB'];
  const shown = (end: string): string[] => lines.filter((line) => line.endsWith(end)).map((line) => line.slice(0, 3));
  for (const end of ['(epoch 0)', '(epoch 1)', '(epoch 1, stale)']) expect(shown(end).sort()).toEqual(symbols);
  const lost = lines.indexOf('-- lost: every price of epoch 0 may be an old one now');
  expect(lost).toBeGreaterThan(lines.findIndex((line) => line.endsWith('(epoch 0)')));
  expect(lines[lost + 1]).toBe('-- waiting');
  expect(lines).toContain('-- idle');
  const [account = '', counts = ''] = lines.slice(-2);
  const { mqtt, decoded, queue } = JSON.parse(account) as Readonly<{
    mqtt: ReturnType<MqttConnection['stats']>;
    decoded: QueueSnapshot;
    queue: QueueSnapshot;
  }>;
  expectAccounted(mqtt);
  for (const stats of [decoded, queue]) expectConserved(stats);
  expect(mqtt.emitted).toBeGreaterThan(100);
  expect([decoded.received, queue.received]).toEqual([mqtt.emitted, decoded.emitted]);
  expect(JSON.parse(counts)).toMatchObject({ 'quotes.subscribe': 1, 'quotes.unsubscribe': 1 });
});

test('market-watch prints infos, bars and the market’s status, all dead after the cut, and live again', () => {
  const lines = runExample('market-watch').split('\n');
  const dead = lines.filter((line) => line.endsWith('(suspect, again)'));
  expect(dead.map((line) => line.split(' ')[1])).toEqual(expect.arrayContaining(['last', '1m', 'the']));
  expect(dead).toContain('FX: the market is unknown (suspect, again)');
  const after = lines.slice(lines.lastIndexOf(dead.at(-1) ?? '') + 1);
  expect(after).toContain('USDTHB: last 36.52, volume 30 (live)');
  expect(after).toContain('USDTHB: 1m 60000 close 36.52 (live)');
  expect(after).toContain('FX: the market is open (live)');
});

test('settrade-quotes signs in, and prints a tradable price of each symbol', () => {
  const lines = runExample('settrade-quotes').split('\n');
  expect(lines.filter((line) => / \/ /.test(line)).map((line) => line.split(':')[0])).toHaveLength(3);
  expect(lines.some((line) => /^AOT: last [\d.]+, market open \(live\)$/.test(line))).toBe(true);
  expect(lines).toEqual(expect.arrayContaining(['connection live', 'connection closed']));
});

test('worker-consumer sends at most one price a symbol at a time, and ends with the newest of each', () => {
  const [, ...lines] = runExample('worker-consumer').split('\n');
  const figure = (name: string): number => Number(new RegExp(`\\b${name}: (\\d+)`).exec(lines.join(' '))?.[1]);
  expect(figure('answered')).toBeGreaterThan(10);
  expect(figure('answered')).toBe(figure('emitted'));
  expect(figure('received')).toBe(figure('emitted') + figure('conflated') + figure('inFlight'));
  expect(figure('conflated')).toBeGreaterThan(figure('emitted'));
  expect(figure('mostUnanswered')).toBeLessThanOrEqual(10);
  expect(figure('current')).toBe(10);
});

test('slow-consumers writes one value at a time up to the newest of each symbol, polls within its capacity, and counts the rest', () => {
  const lines = runExample('slow-consumers').trimEnd().split('\n');
  const all = JSON.parse(lines.at(-1) ?? '') as Record<'writes' | 'poll' | 'newest', QueueSnapshot> &
    Record<string, number>;
  for (const stats of [all.writes, all.poll, all.newest]) {
    expectConserved(stats);
    expect(stats.inFlight).toBe(0);
  }
  expect(all).toMatchObject({ mostWriting: 1, current: 10, turns: 25, newest: { emitted: 25 } });
  expect(all.writes.conflated).toBeGreaterThan(0);
  expect(all.writes.dropped).toEqual({});
  expect(all['mostPolled']).toBeLessThanOrEqual(100);
  expect(lines.filter((line) => /^AOT: [\d.]+ \/ [\d.]+$/.test(line))).toHaveLength(25);
});

test('watch-list prints only the visible rows, without a replay of rows that stay, a row’s last price on demand, and the journal of a cut', () => {
  const output = runExample('watch-list').trimEnd().split('\n');
  const hovered = output.filter((line) => line.startsWith('>> '));
  expect(hovered).toEqual([
    expect.stringMatching(/^>> PTT: [\d.]+ is live$/),
    '>> WHA is not in view',
    expect.stringMatching(/^>> PTT: [\d.]+ is suspect$/),
  ]);
  const entries = output
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as FeedJournal['entries'][number]);
  const gaps = entries.filter((entry) => entry.type === 'gap');
  expect(gaps.map(({ gap: { cause, phase } }) => `${cause} ${phase}`)).toEqual(['link open', 'link closed']);
  expect(entries.at(-1)).toMatchObject({ type: 'connection', state: { status: 'closed', epoch: 1 } });
  const [, ...views] = output
    .filter((line) => !/^(>> |\{)/.test(line))
    .join('\n')
    .split('-- rows ');
  const shown = views.map((view) => {
    const [rows = '', ...lines] = view.trimEnd().split('\n');
    return { rows: rows.split(' '), lines };
  });
  expect(shown).toHaveLength(4);
  for (const { rows, lines } of shown) {
    expect(rows).toEqual(expect.arrayContaining(lines.map((line) => line.split(':')[0])));
  }
  expect(shown.slice(0, 3).flatMap(({ lines }) => lines.filter((line) => line.endsWith('(cache)')))).toEqual([]);
  const last = shown[3]?.lines.filter((line) => line.endsWith('(cache)'));
  expect(last?.map((line) => line.split(':')[0])).toEqual(['GULF']);
});

test('node-metrics reports health and readiness before, during and after the loss, and its server delays no exit', () => {
  const lines = runExample('node-metrics').split('\n');
  expect(lines.filter((line) => /: health/.test(line))).toEqual([
    'nobody subscribed: health 200, ready 200, idle',
    'live: health 200, ready 200, live',
    expect.stringMatching(/^cut: health 503, ready 503, waiting: not connected: .*RXQ_NETWORK/),
    expect.stringMatching(/^recovered: health 200, ready 200, live/),
  ]);
  const changes = lines.filter((line) => / RXP_/.test(line));
  expect(changes[0]).toMatch(/^raised RXP_\w+: not connected: .*\(docs\/playbook\.md#rxp-[a-z-]+\)$/);
  expect(changes.at(-1)).toMatch(/^cleared RXP_/);
  expect(lines).toEqual(
    expect.arrayContaining([
      ...['mqtt_connected{feed="settrade"} 1', 'mqtt_reconnect_total{feed="settrade"} 1', 'desk_subscribe_total 1'],
      ...[expect.stringMatching(/^desk_next_total [1-9]/), expect.stringMatching(/^desk_handling_seconds_count [1-9]/)],
    ]),
  );
});
