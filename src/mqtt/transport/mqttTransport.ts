import type { IClientOptions, MqttClient, Packet } from 'mqtt';
import { NEVER, Observable, type Subscriber } from 'rxjs';
import { ConnectionFailure } from '../../model/errors.js';
import type { Connection, ConnectionEvent, Endpoint, Transport } from '../../model/transport.js';
import { classifyFailure, ConnectRefused } from './classifyFailure.js';
import { clientOptions, ignore } from './clientOptions.js';
import type { Target } from './endpointUrl.js';
import type { Pulse } from './keepAliveTimer.js';
import { PacketLimits } from './packetLimits.js';
import { Pings } from './pings.js';
import { isTopicFilter } from '../../model/topicFilter.js';
import { CLOSE_TIMEOUT } from '../retry/retryRules.js';
import { publishPacket } from './publishPacket.js';
import type { CheckedTransportConfig } from './transportConfig.js';

/** The parts that differ between Node and browsers. */
export interface MqttTransportConfig extends Pick<CheckedTransportConfig, 'clock' | 'keepAlive' | 'will'> {
  /** Checks an endpoint; throws `RXQ_ARGUMENT`. */
  parse(endpoint: Endpoint): Target;
  /** Makes an MQTT.js client on a socket of its own. */
  open(target: Target, options: IClientOptions, listener: SocketListener): MqttClient;
}

/** The receiver of a socket's reports. The socket reports nothing before `open` has returned. */
export interface SocketListener {
  /** The limits of what the peer sends: each packet is counted before MQTT.js gets it. */
  readonly limits: PacketLimits;
  /** The socket can carry bytes. */
  readonly onUp: () => void;
  /** Bytes were read. */
  readonly onBytes: () => void;
  /** The frame tap cut out a PUBLISH, so that MQTT.js does not get it. */
  readonly onPublish: (topic: string, payload: Uint8Array, retain: boolean) => void;
}

/** A DISCONNECT packet (OASIS MQTT 3.1.1, 3.14). */
const DISCONNECT = Uint8Array.of(0xe0, 0);

/**
 * A PINGREQ packet (OASIS MQTT 3.1.1, 3.12). It is sent without MQTT.js, which accepts the answer as one to its own
 * PINGREQ.
 */
const PINGREQ = Uint8Array.of(0xc0, 0);

/** Emitted for every chunk of bytes, so one object is shared. */
const READ: ConnectionEvent = { type: 'read' };

/** SUBACK's code for a refused topic (OASIS MQTT 3.1.1, 3.9.3). */
const REFUSED = 0x80;

/** Makes a `Transport` of MQTT.js: one client per subscription, which never reconnects or subscribes by itself. */
export function createMqttTransport(config: MqttTransportConfig): Transport {
  return (endpoint) =>
    new Observable((out) => {
      let target: Target;
      try {
        target = config.parse(endpoint);
      } catch (cause) {
        out.error(new ConnectionFailure('protocol', (cause as Error).message, { cause }));
        return;
      }
      run(target, out, config);
    });
}

function run(target: Target, out: Subscriber<ConnectionEvent>, config: MqttTransportConfig): void {
  const { clock, keepAlive } = config;
  const limits = new PacketLimits(clock);
  const answers = new Map<number, (codes: readonly number[]) => void>();
  const closers = new Set<Subscriber<never>>();
  let failure: ConnectionFailure | undefined;
  let accepted = false;
  let opened = false;
  let closing = false;
  let pongs = 0;

  const pings = new Pings({
    clock,
    write: () => {
      limits.sent('pingreq');
      stream.write(PINGREQ);
    },
    onResponsive: (responsive) => {
      out.next({ type: 'responsive', responsive });
    },
  });
  const pulse: Pulse = {
    reads: 0,
    ping: () => {
      pings.send();
    },
    late: (by) => {
      out.next({ type: 'late', by });
    },
  };

  let client: MqttClient;
  try {
    client = config.open(target, clientOptions(target.endpoint, clock, keepAlive, pulse, config.will), {
      limits,
      onUp: () => {
        out.next({ type: 'handshake' });
      },
      onBytes: () => {
        pulse.reads += 1;
        pings.onBytes();
        out.next(READ);
      },
      onPublish: (topic, payload, retain) => {
        onFrame(topic, payload, retain);
      },
    });
  } catch (error) {
    out.error(classifyFailure(error, target, 'client', false, clock.now()));
    return;
  }
  const { stream } = client;

  const destroy = (): void => {
    client.end(true);
  };

  // Runs one task later, because messages that were read before the end may still wait in MQTT.js, which emits one a
  // tick.
  const finish = (): void => {
    out.add(
      clock.io.schedule(() => {
        if (closing) out.complete();
        else out.error(failure ?? classifyFailure(undefined, target, 'socket', accepted, clock.now()));
      }),
    );
  };

  const fail = (error: unknown, origin: 'socket' | 'client'): void => {
    if (failure !== undefined) return;
    failure = classifyFailure(error, target, origin, accepted, clock.now());
    destroy();
  };

  const connection: Connection = {
    subscribe: (topics) =>
      new Observable((reply) => {
        const sent = topics.filter(isTopicFilter);
        const answer = (codes: readonly number[]): void => {
          const next = codes.values();
          reply.next(topics.map((topic) => (isTopicFilter(topic) ? (next.next().value ?? REFUSED) : REFUSED)));
          reply.complete();
        };
        if (out.closed || closing || failure !== undefined) return;
        if (sent.length === 0) {
          answer([]);
          return;
        }
        client.subscribe(sent, { qos: 0 }, ignore);
        const id = client.getLastMessageId();
        answers.set(id, (codes) => {
          if (codes.length === sent.length) answer(codes);
          else fail(new Error(`SUBACK with ${String(codes.length)} codes for ${String(sent.length)} topics`), 'client');
        });
        reply.add(() => {
          answers.delete(id);
        });
      }),
    unsubscribe: (topics) => {
      const sent = topics.filter(isTopicFilter);
      if (sent.length > 0 && !out.closed && !closing && failure === undefined) client.unsubscribe(sent, ignore);
    },
    ping: () => (out.closed || closing || failure !== undefined ? NEVER : pings.ask()),
    reads: () => pulse.reads - pongs,
    publish: (topic, payload, retain) => {
      if (!out.closed && !closing && failure === undefined) stream.write(publishPacket(topic, payload, retain));
    },
    unsent: () => stream.writableLength,
    close: () =>
      new Observable((done) => {
        if (out.closed) {
          done.complete();
          return;
        }
        closers.add(done);
        done.add(() => {
          closers.delete(done);
        });
        if (closing) return;
        closing = true;
        // MQTT.js's end() would first wait for the answer to every SUBSCRIBE, for ever if none comes.
        stream.end(DISCONNECT);
        out.add(clock.timers.schedule(destroy, CLOSE_TIMEOUT));
      }),
  };

  // MQTT.js emits 'connect' some ticks after the CONNACK. Packets in the same chunk must not overtake `open`.
  const open = (): void => {
    if (!accepted || opened) return;
    opened = true;
    out.next({ type: 'open', connection });
  };

  const onPacket = (packet: Packet): void => {
    open();
    if (packet.cmd === 'connack') {
      if (packet.returnCode === 0) accepted = true;
      else fail(new ConnectRefused(packet.returnCode ?? -1), 'client');
    } else if (packet.cmd === 'suback' && packet.messageId !== undefined) {
      const answer = answers.get(packet.messageId);
      answers.delete(packet.messageId);
      // The packet has the broker's codes. The callback of MQTT.js's subscribe() has the requested QoS, also for a refused topic.
      answer?.(packet.granted as number[]);
    } else if (packet.cmd === 'pingresp') {
      pongs += 1;
      pings.answer();
    }
  };
  const onSent = ({ cmd }: Packet): void => {
    if (cmd === 'pingreq') pings.sent();
    try {
      limits.sent(cmd);
      limits.unsent(stream.writableLength);
    } catch (error) {
      fail(error, 'client');
    }
  };
  const onFrame = (topic: string, payload: Uint8Array, retain: boolean): void => {
    open();
    if (opened) out.next({ type: 'frame', topic, payload, retain });
    else fail(new Error('PUBLISH before CONNACK'), 'client');
  };
  const onMessage = (topic: string, payload: Uint8Array, { retain }: { readonly retain: boolean }): void => {
    onFrame(topic, payload, retain);
  };
  const onSocketError = (error: unknown): void => {
    fail(error, 'socket');
  };
  const onClientError = (error: unknown): void => {
    fail(error, 'client');
  };

  // Prepended: MQTT.js's own listener passes on only errors that have a code.
  stream.prependListener('error', onSocketError);
  client
    .on('connect', open)
    .on('packetreceive', onPacket)
    .on('packetsend', onSent)
    .on('message', onMessage)
    .on('error', onClientError)
    .on('close', finish);

  out.add(() => {
    stream.on('error', ignore).off('error', onSocketError);
    client
      .on('error', ignore)
      .off('connect', open)
      .off('packetreceive', onPacket)
      .off('packetsend', onSent)
      .off('message', onMessage)
      .off('error', onClientError)
      .off('close', finish);
    destroy();
    pings.end();
    answers.clear();
    for (const done of closers) done.complete();
  });
}
