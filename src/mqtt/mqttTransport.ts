import type { IClientOptions, MqttClient, Packet } from 'mqtt';
import { Observable, type Subscriber } from 'rxjs';
import { knownOptions, outOfRange, wholeNumber, wrongType } from '../../operators/internal/argument.js';
import type { Clock } from '../clock.js';
import { type ConnectionFailure, ProtocolFailure } from '../errors.js';
import type { Connection, ConnectionEvent, Endpoint, Transport } from '../transport.js';
import { classifyFailure, ConnectRefused } from './classifyFailure.js';
import { clientOptions, ignore } from './clientOptions.js';
import type { Target } from './endpointUrl.js';
import { isTopicFilter } from './topicFilter.js';

/** What a user can set of a transport. */
export interface TransportConfig {
  readonly clock: Clock;
  /**
   * MQTT keep-alive in seconds, 1 to 65535: a dead link is found within 1.5 times this.
   * @defaultValue 6
   */
  readonly keepAlive?: number;
  /**
   * Whether QoS 0 messages are cut out of the byte stream before MQTT.js, which costs a fraction of what it does to read
   * them; `false` lets MQTT.js read everything. In browsers it always does.
   * @defaultValue true
   */
  readonly frameTap?: boolean;
  /**
   * Of a payload longer than this, in bytes, the frame tap keeps the first `maxPayload` + 1 only, so that it is seen to
   * be too long without being held in memory. The feed's own is taken where the feed makes the transport.
   * @defaultValue 262144
   */
  readonly maxPayload?: number;
}

/** What differs between Node and browsers. */
export interface MqttTransportConfig extends TransportConfig {
  /** Checks an endpoint; throws `RXQ_ARGUMENT`. */
  parse(endpoint: Endpoint): Target;
  /** Makes an MQTT.js client on a socket of its own. */
  open(target: Target, options: IClientOptions, listener: SocketListener): MqttClient;
}

/** What the socket of a client reports; nothing before `open` has returned. */
export interface SocketListener {
  /** It can carry bytes. */
  readonly up: () => void;
  /** A PUBLISH was read past MQTT.js. */
  readonly onPublish: (topic: string, payload: Uint8Array, retain: boolean) => void;
}

/** Largest payload in bytes: 256 KiB, some 700 times a quote of ten levels. */
export const DEFAULT_MAX_PAYLOAD = 262_144;

/** How long a socket may take to go after DISCONNECT, in ms: `close()` is bounded. */
const CLOSE_TIMEOUT = 2000;

/** A DISCONNECT packet (OASIS MQTT 3.1.1, 3.14). */
const DISCONNECT = Uint8Array.of(0xe0, 0);

/** SUBACK's code for a refused topic (OASIS MQTT 3.1.1, 3.9.3). */
const REFUSED = 0x80;

/** Makes a `Transport` of MQTT.js: one client per subscription, which never reconnects or subscribes by itself. */
export function createMqttTransport(config: MqttTransportConfig): Transport {
  knownOptions('transport', config, ['clock', 'keepAlive', 'frameTap', 'maxPayload', 'parse', 'open']);
  const { clock } = config;
  const keepAlive = wholeNumber('transport.keepAlive', config.keepAlive ?? 6, 1);
  // Two bytes of the CONNECT packet (OASIS MQTT 3.1.1, 3.1.2.10).
  if (keepAlive > 0xffff) throw outOfRange('transport.keepAlive', keepAlive, 'pass seconds, at most 65535');
  wholeNumber('transport.maxPayload', config.maxPayload ?? DEFAULT_MAX_PAYLOAD, 1);
  if (typeof (config.frameTap ?? true) !== 'boolean')
    throw wrongType('transport.frameTap', config.frameTap, 'pass true or false');
  return (endpoint) =>
    new Observable((out) => {
      let target: Target;
      try {
        target = config.parse(endpoint);
      } catch (cause) {
        out.error(new ProtocolFailure((cause as Error).message, { cause }));
        return;
      }
      run(target, out, config, clientOptions(endpoint, clock, keepAlive));
    });
}

function run(
  target: Target,
  out: Subscriber<ConnectionEvent>,
  config: MqttTransportConfig,
  options: IClientOptions,
): void {
  const { clock } = config;
  const answers = new Map<number, (codes: readonly number[]) => void>();
  const closers = new Set<Subscriber<never>>();
  let failure: ConnectionFailure | undefined;
  let accepted = false;
  let opened = false;
  let closing = false;

  let client: MqttClient;
  try {
    client = config.open(target, options, {
      up: () => {
        out.next({ type: 'handshake' });
      },
      onPublish: (topic, payload, retain) => {
        onFrame(topic, payload, retain);
      },
    });
  } catch (error) {
    out.error(classifyFailure(error, target, 'client', clock.now()));
    return;
  }
  const { stream } = client;

  const destroy = (): void => {
    client.end(true);
  };

  // Not at once: frames that were read before the end may still wait in MQTT.js, which hands over one a tick.
  const finish = (): void => {
    out.add(
      clock.io.schedule(() => {
        if (closing) out.complete();
        else out.error(failure ?? classifyFailure(undefined, target, 'socket', clock.now()));
      }),
    );
  };

  const fail = (error: unknown, origin: 'socket' | 'client'): void => {
    if (failure !== undefined) return;
    failure = classifyFailure(error, target, origin, clock.now());
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
        // Not MQTT.js's end(): it waits for the answer to every SUBSCRIBE first, for ever if need be.
        stream.end(DISCONNECT);
        out.add(clock.timers.schedule(destroy, CLOSE_TIMEOUT));
      }),
  };

  // MQTT.js emits 'connect' some ticks after the CONNACK: what came in one chunk with it is not to overtake it.
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
      // Its `granted` event shows what was asked for, even where the broker refused.
      answer?.(packet.granted as number[]);
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

  // Before MQTT.js's own listener, which passes on errors with a code only.
  stream.prependListener('error', onSocketError);
  client
    .on('connect', open)
    .on('packetreceive', onPacket)
    .on('message', onMessage)
    .on('error', onClientError)
    .on('close', finish);

  out.add(() => {
    stream.on('error', ignore).off('error', onSocketError);
    client
      .on('error', ignore)
      .off('connect', open)
      .off('packetreceive', onPacket)
      .off('message', onMessage)
      .off('error', onClientError)
      .off('close', finish);
    destroy();
    answers.clear();
    for (const done of closers) done.complete();
  });
}
