/** Where the messages of a row come from, how they travel, and over how many topics. */
export interface Scenario {
  readonly source: 'burst' | 'tls-record' | 'paced' | 'mosquitto';
  readonly transport: 'tcp' | 'wss';
  readonly topics: number;
  /** Messages a second; left out where the source sends as fast as the receiver reads. */
  readonly rate?: number;
}

/** A scenario in the name of a row, e.g. `paced-50000 tcp 500`. */
export function scenarioName({ source, transport, topics, rate }: Scenario): string {
  return `${source}${rate === undefined || source === 'mosquitto' ? '' : `-${String(rate)}`} ${transport} ${String(topics)}`;
}
