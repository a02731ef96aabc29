import { isOurs, type ReceiverName } from './receivers/receivers.js';
import { type Scenario, scenarioName } from './scenarios.js';

/** A receiver in a scenario. */
export interface Row {
  readonly name: string;
  readonly scenario: Scenario;
  readonly receiver: ReceiverName;
  /** Whether the feed comes from the build of an older commit. */
  readonly before: boolean;
}

interface Plan extends Scenario {
  readonly receivers: readonly ReceiverName[];
  /** The receivers that a `--quick` run keeps. */
  readonly quick?: readonly ReceiverName[];
}

const users: readonly ReceiverName[] = ['mqttjs', 'mqttjs-protobufjs', 'hand-written', 'rx-quotes'];
const peers: readonly ReceiverName[] = ['frame-scan', 'mqttjs', 'mqttjs-protobufjs', 'hand-written', 'ngx-mqtt'];
const variants: readonly ReceiverName[] = [
  'rx-quotes',
  'rx-quotes-scraped',
  'rx-quotes-depth-1',
  'rx-quotes-no-tap',
  'rx-quotes-stale-after',
];
const few: readonly ReceiverName[] = ['frame-scan', 'mqttjs', 'hand-written', 'rx-quotes'];

/** Every source has rows with 500 topics; the burst over TCP also has rows with 1 and with 10,000. */
const plans: readonly Plan[] = [
  { source: 'burst', transport: 'tcp', topics: 500, receivers: [...peers, 'ngx-mqtt-each', ...variants], quick: few },
  {
    source: 'burst',
    transport: 'wss',
    topics: 500,
    receivers: [...peers, 'rx-quotes', 'rx-quotes-no-tap'],
    quick: few,
  },
  { source: 'burst', transport: 'tcp', topics: 1, receivers: few },
  { source: 'burst', transport: 'tcp', topics: 10_000, receivers: few },
  { source: 'tls-record', transport: 'wss', topics: 500, receivers: [...few, 'mqttjs-protobufjs'] },
  { source: 'paced', transport: 'tcp', topics: 500, rate: 1_000, receivers: ['mqttjs', 'rx-quotes'] },
  { source: 'paced', transport: 'tcp', topics: 500, rate: 10_000, receivers: users },
  {
    ...{ source: 'paced', transport: 'tcp', topics: 500, rate: 50_000 },
    receivers: [...peers, ...variants],
    quick: [...few, 'mqttjs-protobufjs', 'rx-quotes-depth-1'],
  },
  { source: 'paced', transport: 'tcp', topics: 500, rate: 100_000, receivers: users },
  { source: 'paced', transport: 'wss', topics: 500, rate: 50_000, receivers: users, quick: ['mqttjs', 'rx-quotes'] },
  { source: 'mosquitto', transport: 'tcp', topics: 500, rate: 50_000, receivers: users },
];

/** Which rows run. */
export interface Choice {
  readonly quick: boolean;
  /** Whether ours run a second time, from the build of an older commit. */
  readonly before: boolean;
  /** Only rows whose name it matches. */
  readonly only?: RegExp;
}

/** The rows of a run, those of a scenario one after the other. */
export function rowsOf({ quick, before, only }: Choice): readonly Row[] {
  const all = plans.flatMap(({ receivers, quick: quickOnes, ...scenario }) =>
    (quick ? (quickOnes ?? []) : receivers).flatMap((receiver): Row[] => {
      const row = (older: boolean): Row => ({
        name: `${scenarioName(scenario)} ${older ? 'before:' : ''}${receiver}`,
        ...{ scenario, receiver, before: older },
      });
      return before && isOurs(receiver) ? [row(true), row(false)] : [row(false)];
    }),
  );
  const chosen = only === undefined ? all : all.filter(({ name }) => only.test(name));
  if (chosen.length > 0) return chosen;
  throw new RangeError(
    `--only is ${String(only)}, which matches no row; rows are\n${all.map(({ name }) => name).join('\n')}`,
  );
}
