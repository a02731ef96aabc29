import { boundRows } from './bounds.js';
import type { Cost, CostName } from './costs/cost.js';
import { costs } from './costs/costs.js';
import type { ReceiverName } from './receivers/receivers.js';
import { type Scenario, scenarioName } from './scenarios.js';

/** A receiver in a scenario. */
export interface Row {
  readonly name: string;
  readonly scenario: Scenario;
  readonly receiver: ReceiverName;
  /** Whether the feed comes from the build of an older commit. */
  readonly before: boolean;
  readonly rounds: number;
}

interface Plan extends Scenario {
  readonly receivers: readonly ReceiverName[];
  /** The receivers that a `--quick` run keeps. */
  readonly quick?: readonly ReceiverName[];
  /** The receivers that also run with the build of an older commit. */
  readonly before?: readonly ReceiverName[];
}

/** Rounds of a row that a bound is judged by, and of any other. */
const [boundRounds, otherRounds, quickRounds] = [5, 3, 2];

/** The receivers that bounds compare: MQTT.js, and a feed with a fixed staleness and with a learned one. */
const judged: readonly ReceiverName[] = ['mqttjs', 'rx-quotes-stale-after', 'rx-quotes'];
const few: readonly ReceiverName[] = ['frame-scan', 'mqttjs', 'mqttjs-protobufjs', 'hand-written'];
const variants: readonly ReceiverName[] = ['rx-quotes-scraped', 'rx-quotes-depth-1', 'rx-quotes-no-tap'];
const ours: readonly ReceiverName[] = ['rx-quotes-stale-after', 'rx-quotes'];

/** Every source has rows with 500 topics; the burst over TCP also has rows with 1, with 100 and with 10,000. */
const plans: readonly Plan[] = [
  {
    ...{ source: 'burst', transport: 'tcp', topics: 500 },
    receivers: [...few, 'ngx-mqtt', 'ngx-mqtt-each', ...ours, 'rx-quotes-unsliced', ...variants],
    quick: [...judged, 'frame-scan', 'mqttjs-protobufjs', 'hand-written'],
    before: ours,
  },
  {
    ...{ source: 'burst', transport: 'wss', topics: 500 },
    receivers: [...few, ...ours, 'rx-quotes-no-tap'],
    quick: judged,
  },
  { source: 'burst', transport: 'tcp', topics: 1, receivers: ['mqttjs', 'rx-quotes-stale-after'] },
  { source: 'burst', transport: 'tcp', topics: 100, receivers: judged },
  { source: 'burst', transport: 'tcp', topics: 10_000, receivers: judged },
  {
    ...{ source: 'tls-record', transport: 'wss', topics: 500 },
    receivers: ['frame-scan', 'mqttjs', 'mqttjs-protobufjs', ...ours],
  },
  { source: 'paced', transport: 'tcp', topics: 500, rate: 1_000, receivers: ['mqttjs', 'rx-quotes'] },
  { source: 'paced', transport: 'tcp', topics: 500, rate: 10_000, receivers: judged },
  {
    ...{ source: 'paced', transport: 'tcp', topics: 500, rate: 50_000 },
    receivers: [...few, 'ngx-mqtt', ...ours, ...variants],
    quick: [...judged, 'hand-written', 'rx-quotes-depth-1'],
    before: ours,
  },
  {
    ...{ source: 'paced', transport: 'tcp', topics: 500, rate: 100_000 },
    receivers: ['mqttjs', 'mqttjs-protobufjs', 'hand-written', ...ours],
  },
  { source: 'paced', transport: 'wss', topics: 500, rate: 50_000, receivers: ['mqttjs', 'hand-written', 'rx-quotes'] },
  { source: 'mosquitto', transport: 'tcp', topics: 500, rate: 50_000, receivers: ['mqttjs', 'rx-quotes'] },
];

/** Which rows run. */
export interface Choice {
  readonly quick: boolean;
  /** Whether some of our rows run a second time, from the build of an older commit. */
  readonly before: boolean;
  /** Only rows whose name it matches. */
  readonly only?: RegExp;
}

/** Costs that a `--quick` run leaves out. */
const slowCosts: readonly CostName[] = ['heap'];

/** The rows and the costs of a run. */
export interface Chosen {
  readonly rows: readonly Row[];
  readonly costs: readonly (Cost & { readonly name: CostName })[];
}

function allRows({ quick, before }: Choice): readonly Row[] {
  return plans.flatMap(({ receivers, quick: quickOnes = [], before: olderOnes = [], ...scenario }) =>
    receivers
      .filter((receiver) => !quick || quickOnes.includes(receiver))
      .flatMap((receiver): Row[] => {
        const name = `${scenarioName(scenario)} ${receiver}`;
        const fullRounds = boundRows.has(name) ? boundRounds : otherRounds;
        const row = { name, scenario, receiver, before: false, rounds: quick ? quickRounds : fullRounds };
        const older = { ...row, name: `${scenarioName(scenario)} before:${receiver}`, before: true };
        return before && olderOnes.includes(receiver) ? [older, row] : [row];
      }),
  );
}

/** The rows of a run, those of a scenario one after the other, and its costs. */
export function chosenRows(choice: Choice): Chosen {
  const { quick, only } = choice;
  const rows = allRows(choice);
  const all = (Object.entries(costs) as [CostName, Cost][])
    .filter(([name]) => !quick || !slowCosts.includes(name))
    .map(([name, cost]) => ({ ...cost, name, rounds: quick ? Math.min(cost.rounds, quickRounds) : cost.rounds }));
  if (only === undefined) return { rows, costs: all };
  const chosen: Chosen = {
    rows: rows.filter(({ name }) => only.test(name)),
    costs: all.filter((cost) => cost.rows.some(({ name }) => only.test(name))),
  };
  if (chosen.rows.length + chosen.costs.length > 0) return chosen;
  const names = [...rows, ...all.flatMap((cost) => cost.rows)].map(({ name }) => name);
  throw new RangeError(`--only is ${String(only)}, which matches no row; rows are\n${names.join('\n')}`);
}
