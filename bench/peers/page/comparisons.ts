import type { Spread } from '../figures.js';
import type { ReceiverName } from '../receivers/receivers.js';
import { type Scenario, scenarioName } from '../scenarios.js';
import { shown } from './columns.js';
import type { Report, ReportRow } from './report.js';

const paced: Scenario = { source: 'paced', transport: 'tcp', topics: 500, rate: 50_000 };
const burst: Scenario = { source: 'burst', transport: 'tcp', topics: 500 };

function find(
  rows: readonly ReportRow[],
  scenario: Scenario,
  receiver: ReceiverName,
  before = false,
): ReportRow | undefined {
  const name = scenarioName(scenario);
  return rows.find((row) => scenarioName(row.scenario) === name && row.receiver === receiver && row.before === before);
}

const percent = (share: number): string => `${shown(100 * share, 0)} %`;
const millis = ({ median }: Spread): string => `${shown(median / 1_000, 2)} ms`;
const micros = ({ median }: Spread): string => `${shown(median, 2)} µs`;

/** One sentence with the cost of a message beside its peers; `undefined` where one of the rows did not run. */
export function headline({ rows }: Pick<Report, 'rows'>): string | undefined {
  const cpu = (receiver: ReceiverName): Spread | undefined => find(rows, paced, receiver)?.result.cpu;
  const [ours, raw, written] = [cpu('rx-quotes'), cpu('mqttjs'), cpu('hand-written')];
  if (ours === undefined || raw === undefined || written === undefined) return undefined;
  const times = (by: Spread): string => `${shown(ours.median / by.median, 1)} times`;
  return `At 50,000 messages a second over TCP, rx-quotes takes ${micros(ours)} of processor time for each message that it delivers: ${times(raw)} the ${micros(raw)} of MQTT.js, which decodes nothing, and ${times(written)} the ${micros(written)} of a pipeline written by hand.`;
}

/** Sentences that compare the figures of a run. */
export function comparisons({ rows, before }: Pick<Report, 'rows' | 'before'>): readonly string[] {
  const sentences: string[] = [];
  const ours = find(rows, paced, 'rx-quotes')?.result;
  const older = find(rows, paced, 'rx-quotes', true)?.result;
  const raw = find(rows, paced, 'mqttjs')?.result;
  const first = headline({ rows });
  if (first !== undefined) sentences.push(first);
  if (ours?.p50 !== undefined && ours.p99 !== undefined && raw?.p50 !== undefined && raw.p99 !== undefined) {
    sentences.push(
      `Half of the messages reach a subscriber of rx-quotes within ${millis(ours.p50)} and 99 % within ${millis(ours.p99)}; MQTT.js takes ${millis(raw.p50)} and ${millis(raw.p99)}.`,
    );
  }
  if (before !== undefined && ours?.cpu !== undefined && older?.cpu !== undefined) {
    sentences.push(
      `Commit ${before}, measured in the same run, takes ${micros(older.cpu)}: ${shown(older.cpu.median / ours.cpu.median, 1)} times as much.`,
    );
  }
  const full = find(rows, burst, 'rx-quotes')?.result;
  if (full?.received !== undefined && full.delivered !== undefined && full.conflated !== undefined) {
    sentences.push(
      `From a source without a limit, rx-quotes reads ${shown(full.received.median, 0)} messages a second over TCP and delivers ${shown(full.delivered.median, 0)}; ${percent(full.conflated.median)} are replaced by a newer image of their topic before their turn.`,
    );
  }
  return sentences;
}
