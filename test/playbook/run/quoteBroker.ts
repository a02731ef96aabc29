import { type AedesBrokerOptions, startAedes } from '../../support/aedesBroker.js';
import type { Far } from './realRow.js';

/** A broker with a venue that publishes quotes in JSON on `px/{symbol}/book`. */
export interface QuoteBroker extends Far {
  /** Publishes a message. */
  send(topic: string, text: string): void;
  /** Stops publishing quotes of a symbol. */
  silence(symbol: string): void;
  /** Publishes its quotes again. */
  resume(symbol: string): void;
}

/** Options of a quote broker. */
export interface QuoteBrokerConfig extends AedesBrokerOptions {
  /** @defaultValue AOT and PTT */
  readonly symbols?: readonly string[];
  /** The time between two quotes of a symbol, in ms. @defaultValue 250 */
  readonly every?: number;
  /** The topic of a symbol's quotes. */
  readonly topic?: (symbol: string) => string;
}

/** Starts one on a free port of the loopback interface. */
export async function startQuoteBroker({
  symbols = ['AOT', 'PTT'],
  every = 250,
  topic = (symbol) => `px/${symbol}/book`,
  ...options
}: QuoteBrokerConfig = {}): Promise<QuoteBroker> {
  const broker = await startAedes(options);
  const silent = new Set<string>();
  let number = 0;
  const send = (name: string, text: string): void => {
    void broker.publish(name, new TextEncoder().encode(text));
  };
  const timer = setInterval(() => {
    number += 1;
    for (const symbol of symbols) if (!silent.has(symbol)) send(topic(symbol), `{"b":${String(number % 100)},"a":100}`);
  }, every);
  return {
    place: { url: broker.tcpUrl },
    doctor: symbols.slice(0, 1),
    send,
    silence: (symbol) => {
      silent.add(symbol);
    },
    resume: (symbol) => {
      silent.delete(symbol);
    },
    stop: async () => {
      clearInterval(timer);
      await broker.stop();
    },
  };
}
