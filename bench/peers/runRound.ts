import type { Certificates } from '../../test/support/certificates.js';
import type { Figures } from './figures.js';
import type { Mosquitto } from './mosquitto.js';
import type { MeasureJob } from './receivers/measure.js';
import type { Target } from './receivers/receiver.js';
import type { ReceiverName } from './receivers/receivers.js';
import type { Row } from './rows.js';
import { symbolsOf } from './messages.js';
import { heating } from './sources/paced.js';
import type { SourceJob, SourceReady } from './sources/runSource.js';
import { startWorker } from './worker.js';

/** The settings that all rows of a run share. */
export interface Surroundings {
  /** Started again as each process. */
  readonly program: string;
  readonly certificates: Pick<Certificates, 'ca' | 'cert' | 'key'>;
  readonly mosquitto: Mosquitto | undefined;
  /** Folders of the builds of rx-quotes: this one, and the one to compare with. */
  readonly build: string;
  readonly buildBefore: string;
  /** In ms. */
  readonly warmUp: number;
  readonly window: number;
}

/** A process's part of a round. */
export type Job =
  | ({ readonly role: 'source' } & SourceJob)
  | ({ readonly role: 'receiver'; readonly receiver: ReceiverName } & MeasureJob);

/** How long a source may take to be ready, in ms. */
const sourcePatience = 15_000;
/** How much longer than it measures a receiver may take, in ms: it waits for its first message too. */
const receiverPatience = 25_000;

/** Starts the source of a row, and stops it when `work` is done; `work` gets the settings of a receiver. */
export async function withSource<T>(
  { name, scenario, before }: Pick<Row, 'name' | 'scenario' | 'before'>,
  { program, certificates, mosquitto, build, buildBefore }: Omit<Surroundings, 'warmUp' | 'window'>,
  work: (target: Target) => Promise<T>,
): Promise<T> {
  const brokerPort = scenario.source === 'mosquitto' ? mosquitto?.port : undefined;
  const { cert, key, ca } = certificates;
  const job: Job = {
    ...{ role: 'source', scenario, serverKey: { cert, key } },
    ...(brokerPort === undefined ? {} : { brokerPort }),
  };
  const source = startWorker(program, `the source of "${name}"`, job);
  try {
    const { url = `mqtt://127.0.0.1:${String(brokerPort)}`, stampFromEnd } = (await source.answer(
      sourcePatience,
    )) as SourceReady;
    return await work({
      ...{ url, ca, symbols: symbolsOf(scenario.topics), stampFromEnd },
      build: before ? buildBefore : build,
    });
  } finally {
    source.stop();
  }
}

/** One round of a row: a new source, a new receiver. */
export function runRound(row: Omit<Row, 'rounds'>, around: Surroundings): Promise<Figures> {
  const { scenario, receiver } = row;
  const { program, window } = around;
  const stamped = scenario.rate !== undefined;
  const warmUp = around.warmUp + (stamped ? heating.span : 0);
  return withSource(row, around, async (target) => {
    const job: Job = {
      ...{ role: 'receiver', receiver, target, warmUp, window, stamped },
    };
    const receiving = startWorker(program, `the receiver of "${row.name}"`, job);
    try {
      return (await receiving.answer(receiverPatience + warmUp + window)) as Figures;
    } finally {
      receiving.stop();
    }
  });
}
