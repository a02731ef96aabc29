import type { Buffer } from 'node:buffer';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { messagesOf, symbolsOf } from '../messages.js';
import type { Scenario } from '../scenarios.js';
import { serveBroker, type ServerKey } from './brokerEndpoint.js';
import { burstWrites, sendBurst } from './burst.js';
import { sendPaced } from './paced.js';
import { connectPublisher } from './publisher.js';
import { frameHeaderLength, webSocketFrame } from './webSocketFrame.js';

/** The job of a source's process. */
export interface SourceJob {
  readonly scenario: Scenario;
  readonly serverKey: ServerKey;
  /** The port of a broker to publish to; left out where the source is the broker. */
  readonly brokerPort?: number;
}

/** The report of a source that accepts connections. */
export interface SourceReady {
  /** Left out where the broker has it. */
  readonly url?: string;
  readonly stampFromEnd: number;
}

/** The smallest TLS record that Node can be limited to, in bytes. */
const recordSize = 512;

/** Runs a source until the process ends. */
export async function runSource({ scenario, serverKey, brokerPort }: SourceJob): Promise<SourceReady> {
  const { source, transport, topics, rate = 0 } = scenario;
  const inRecords = source === 'tls-record';
  const packetLength = inRecords ? recordSize - frameHeaderLength(recordSize - 4) : undefined;
  const { packets, stampFromEnd } = messagesOf(symbolsOf(topics), packetLength);
  if (brokerPort !== undefined) {
    sendPaced(await connectPublisher(brokerPort), { messages: packets, stampFromEnd, rate });
    return { stampFromEnd };
  }
  const secure = transport === 'wss';
  const framed = (each: readonly Buffer[]): readonly Buffer[] => (secure ? each.map(webSocketFrame) : each);
  let start: (socket: Socket) => void;
  if (rate > 0) {
    const messages = framed(packets);
    start = (socket) => sendPaced(socket, { messages, stampFromEnd, rate });
  } else {
    // A burst is one WebSocket message a write; a record has one message of its own.
    const writes = inRecords ? burstWrites(framed(packets)) : framed(burstWrites(packets));
    start = (socket) => {
      if (inRecords && socket instanceof TLSSocket) socket.setMaxSendFragment(recordSize);
      sendBurst(socket, writes);
    };
  }
  return { url: await serveBroker({ topics, secure: secure ? serverKey : undefined }, start), stampFromEnd };
}
