import { spreadOf } from '../peers/figures.js';
import type { ReceiverName } from '../peers/receivers/receivers.js';
import { costs } from '../peers/costs/costs.js';
import { runCost } from '../peers/runCost.js';
import { runRound, type Surroundings } from '../peers/runRound.js';
import { type Scenario, scenarioName } from '../peers/scenarios.js';
import type { GuardRow } from './guardRows.js';
import type { Ratios } from './judge.js';

/** Rounds of a measurement. */
const rounds = 7;
/** Spans of a round, in ms. */
const spans = { warmUp: 400, window: 400 };

const scenario: Scenario = { source: 'burst', transport: 'tcp', topics: 500 };

/** The same two processes for every build: the row has no TLS and no broker. */
function surroundings(program: string, build: string): Surroundings {
  const certificates = { ca: '', cert: '', key: '' };
  return { program, build, certificates, mosquitto: undefined, buildBefore: '', ...spans };
}

async function cpuOf(receiver: ReceiverName, around: Surroundings): Promise<number> {
  const name = `${scenarioName(scenario)} ${receiver}`;
  return (await runRound({ name, scenario, receiver, before: false }, around)).cpu;
}

/**
 * This feed delivers all that it reads. A feed with its defaults delivers for 20 ms of real time before it reads again. Where
 * other programs use the cores, it delivers fewer messages in that time, and each of them costs more.
 */
const feed: ReceiverName = 'rx-quotes-unsliced';

const oneRound: Readonly<Record<GuardRow, (around: Surroundings) => Promise<number>>> = {
  burst: async (around) => (await cpuOf(feed, around)) / (await cpuOf('mqttjs', around)),
  decode: async (around) => {
    const found = await runCost({ ...costs.decode, name: 'decode' }, around);
    return found['decode ten-levels rx-quotes']! / found['decode ten-levels protobufjs']!;
  },
};

/** The median of the ratios of all rounds; rows take turns, and each ratio is of two neighbours in time. */
export async function measureRatios(program: string, build: string, rows: readonly GuardRow[]): Promise<Ratios> {
  const around = surroundings(program, build);
  const found = new Map<GuardRow, number[]>(rows.map((row) => [row, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [row, ratios] of found) ratios.push(await oneRound[row](around));
  }
  return Object.fromEntries([...found].map(([row, ratios]) => [row, spreadOf(ratios).median]));
}
