import type * as http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Aedes, AuthenticateError, Client } from 'aedes';
import { matchesTopic } from '../../../model/topicFilter.js';
import { loadAedes } from '../../loadAedes.js';
import type { PlannedFaults } from '../rest/venueFault.js';
import type { VenueConfig } from '../venueConfig.js';
import type { Channel } from '../wire/channel.js';
import { publishFrame } from '../wire/publishFrame.js';
import { refusalTopic } from '../wire/venueTopics.js';
import { Outbox } from './outbox.js';
import { Refusals } from './refusals.js';
import { Subscribers } from './subscribers.js';

const text = new TextEncoder();

/**
 * The MQTT side. aedes handles the sessions: CONNECT, SUBSCRIBE, pings. The venue's own messages don't pass through
 * aedes: they are encoded once and written directly to the sockets of their subscribers, because aedes needs ten times
 * as long for a message.
 */
export class VenueBroker {
  readonly refusals: Refusals = new Refusals();
  /** Frames handed to sockets. */
  delivered = 0;
  /** Frames that were dropped because too many bytes waited for the socket. */
  dropped = 0;
  private readonly config: VenueConfig;
  private readonly faults: PlannedFaults;
  private readonly channels: ReadonlyMap<string, Channel>;
  private readonly aedes: Aedes;
  private readonly outboxes = new Map<Client, Outbox>();
  private readonly subscribers = new Subscribers();

  private constructor(
    aedes: Aedes,
    config: VenueConfig,
    faults: PlannedFaults,
    channels: ReadonlyMap<string, Channel>,
  ) {
    this.aedes = aedes;
    this.config = config;
    this.faults = faults;
    this.channels = channels;
    aedes.preConnect = (_client, packet, done) => {
      // Every session is clean, because a restarted venue has forgotten its sessions.
      packet.clean = true;
      done(null, true);
    };
    aedes.authenticate = (client, username, password, done) => {
      this.authenticate(client, username, password?.toString(), done);
    };
    aedes.authorizeSubscribe = (_client, subscription, done) => {
      done(null, this.refusals.of(subscription.topic) === 'suback' ? null : subscription);
    };
    aedes.authorizePublish = (_client, _packet, done) => {
      done(new Error('a venue takes no messages'));
    };
    aedes.on('subscribe', (subscriptions, client) => {
      const filters = subscriptions.filter(({ qos }) => (qos as number) !== 128).map(({ topic }) => topic);
      this.subscribed(client, filters);
    });
    aedes.on('unsubscribe', (filters, client) => {
      for (const filter of filters) this.outboxes.get(client)?.filters.delete(filter);
      this.subscribers.changed();
    });
    aedes.on('clientDisconnect', (client) => {
      const outbox = this.outboxes.get(client);
      if (outbox !== undefined) this.subscribers.delete(outbox);
      this.outboxes.delete(client);
    });
  }

  /** @throws Error when the optional peer aedes is not installed */
  static async start(
    config: VenueConfig,
    faults: PlannedFaults,
    channels: ReadonlyMap<string, Channel>,
  ): Promise<VenueBroker> {
    const broker = await loadAedes('startSimulatedVenue');
    return new VenueBroker(await broker.createBroker(), config, faults, channels);
  }

  /** Takes over a connection; one with an HTTP request has already passed the check of its token. */
  handle(stream: Duplex, request?: http.IncomingMessage): void {
    this.aedes.handle(stream, request);
  }

  /** Sends the next message of a channel to its subscribers with the next `flush`. */
  publish(channel: Channel): void {
    channel.advance();
    const outboxes = this.subscribers.of(channel.topic);
    if (outboxes.length > 0) this.deliver(channel.frame(false), outboxes);
  }

  /** Sends any payload on any topic to its subscribers, with the next `flush`. */
  send(topic: string, payload: Uint8Array, retain: boolean): void {
    this.deliver(publishFrame(text.encode(topic), [payload], retain), this.subscribers.of(topic));
  }

  flush(): void {
    this.subscribers.flush();
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.aedes.close(resolve);
    });
  }

  private deliver(frame: Uint8Array, outboxes: readonly Outbox[]): void {
    for (const outbox of outboxes) {
      if (outbox.add(frame)) this.delivered += 1;
      else this.dropped += 1;
    }
  }

  private authenticate(
    client: Client,
    username: string | undefined,
    password: string | undefined,
    done: (error: AuthenticateError | null, success: boolean | null) => void,
  ): void {
    const refuse = (returnCode: number): void => {
      done(Object.assign(new Error('refused'), { returnCode }), false);
    };
    const fault = this.faults.take('connect');
    const { login } = this.config;
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') client.conn.destroy();
    else if (fault?.kind === 'connack') refuse(fault.code);
    else if (client.req !== undefined || login === undefined) done(null, true);
    else if (username === login.username && password === login.password) done(null, true);
    else refuse(4);
  }

  /** Called when the SUBACK is written: messages of its topics may follow. */
  private subscribed(client: Client, filters: readonly string[]): void {
    const outbox = this.outboxes.get(client) ?? new Outbox(client.conn, this.config.sendBuffer);
    this.outboxes.set(client, outbox);
    const granted = filters.filter((filter) => this.refusals.of(filter) === undefined);
    for (const filter of granted) outbox.filters.add(filter);
    this.subscribers.add(outbox);
    for (const filter of filters) if (this.refusals.of(filter) === 'notice') this.notify(outbox, filter);
    if (this.config.imageOnSubscribe || this.config.retained) this.greet(outbox, granted);
    outbox.flush();
  }

  private notify(outbox: Outbox, topicFilter: string): void {
    if (!this.subscribers.of(refusalTopic).includes(outbox)) return;
    const notice = { rejectSubscriptions: [{ topicFilter, errorMessage: 'no permission' }] };
    this.deliver(publishFrame(text.encode(refusalTopic), [text.encode(JSON.stringify(notice))], false), [outbox]);
  }

  private greet(outbox: Outbox, filters: readonly string[]): void {
    for (const filter of filters) {
      const exact = this.channels.get(filter);
      const channels = exact === undefined ? this.channels.values() : [exact];
      for (const channel of channels) {
        // A symbol that has not traded has no bar.
        if (channel.number === 0 || !matchesTopic(filter, channel.topic)) continue;
        this.deliver(channel.frame(!this.config.imageOnSubscribe), [outbox]);
      }
    }
  }
}
