import type { Endpoint, Transport } from '../../src/model/transport.js';

/**
 * Behaviour that a test can request from a broker. Each is declared, so that a promise which can't be tried on a broker is named in
 * the suite's title and never passes unseen.
 */
export interface Capabilities {
  /** A topic whose subscription the broker answers with 128; `'none'` when it refuses no topic. */
  readonly refusedTopic: string;
  /** An endpoint of it with a password it refuses. */
  readonly wrongPassword: Endpoint | 'none';
  /** An endpoint without a listener. */
  readonly absent: Endpoint | 'none';
  /** An endpoint that takes a connection and never answers CONNECT. */
  readonly silent: Endpoint | 'none';
  /** Whether it keeps retained messages. */
  readonly retains: boolean;
}

/** A broker as the contract suite needs it, with the transport that speaks to it. */
export interface ContractBroker {
  readonly transport: Transport;
  readonly endpoint: Endpoint;
  readonly capabilities: Capabilities;
  /** Publishes from elsewhere; resolves when the broker has taken the message. Messages of one caller keep their order. */
  publish(topic: string, payload: Uint8Array, retain: boolean): Promise<void>;
  /** Cuts every connection, as a lost network or a broker's restart does. */
  dropAll(): void | Promise<void>;
  stop(): void | Promise<void>;
}

/** Names of the promises that can't be tried on a broker. */
export function undeclared({ refusedTopic, wrongPassword, absent, silent, retains }: Capabilities): readonly string[] {
  return [
    ...(refusedTopic === 'none' ? ['refused topics'] : []),
    ...(wrongPassword === 'none' ? ['refused passwords'] : []),
    ...(absent === 'none' ? ['refused ports'] : []),
    ...(silent === 'none' ? ['silent brokers'] : []),
    ...(retains ? [] : ['retained messages']),
  ];
}
