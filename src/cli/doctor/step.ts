/** The steps of an examination, in their order, each with the name that a person reads. */
export const stepLabels = {
  clock: 'clock',
  dns: 'DNS',
  tcp: 'TCP',
  tls: 'TLS',
  port: 'port',
  proxy: 'proxy',
  credentials: 'credentials',
  'sign-in': 'sign-in',
  token: 'token',
  upgrade: 'upgrade',
  connack: 'CONNACK',
  ping: 'ping',
  suback: 'SUBACK',
  'first-message': 'first message',
  decode: 'decode',
  market: 'market',
  'event-loop': 'event loop',
  room: 'room',
  findings: 'findings',
} as const;

/** A step of an examination. */
export type StepName = keyof typeof stepLabels;

/** The outcome of a step, for one host or symbol. */
export interface Outcome {
  /** `ok`; `warning`: data come or may come, but look at it; `failed`; `skipped`: not tried, and the text says why. */
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  /** The host or symbol that it is about; left out where there is only one thing it can be about. */
  readonly about?: string;
  /** The cause in the playbook, `RXP_…`; left out where all is well. */
  readonly code?: string;
  /** The finding, as a predicate of `about` if that is set. */
  readonly text: string;
  /** The figures behind the text. */
  readonly evidence?: Readonly<Record<string, string | number | boolean>>;
  /** One remedy, the most likely to help. */
  readonly fix?: string;
  /** The page about the cause. */
  readonly doc?: string;
  /** How long it took, in ms, where this is not the time since the step began. */
  readonly ms?: number;
}

/** The outcome of a step, with the time that it took. */
export type StepResult = Outcome & {
  readonly step: StepName;
  /** In ms. */
  readonly ms: number;
};
