import { Observable, type Subscriber } from 'rxjs';
import { ConnectionFailure } from '../../src/model/errors.js';
import { matchesTopic } from '../../src/model/topicFilter.js';
import type { ConnectionEvent, Transport } from '../../src/model/transport.js';
import type { Will } from '../../src/mqtt/transport/transportConfig.js';
import { type FakeConnection, fakeTransport, type FakeTransport } from '../../src/testing/index.js';
import type { Dice } from '../support/feedMachineDice.js';
import type { FastScheduler } from '../support/fastScheduler.js';

/** How long in ms a node of a cluster may still send a retained copy that another one has replaced. */
export const lag = 2_000;

/** A retained message. */
interface Copy {
  readonly payload: Uint8Array;
  readonly at: number;
}

/** The link of one reader: its messages may wait, as in a socket that nobody reads. */
export interface ReaderLink {
  readonly fake: FakeTransport;
  readonly transport: Transport;
  isUp: boolean;
  frozenUntil: number;
}

/** The link of one relay, as its broker has it. */
export class RelayLink {
  /** Whether its process still runs. */
  isAlive = true;
  /** Whether connections are accepted. */
  isUp = true;
  /** A half-open connection: what the relay publishes is lost, and it gets nothing. */
  isMuted = false;
  frozenUntil = 0;
  /** When messages that had waited in its socket came at last. */
  flushedAt = 0;
  will: Will | undefined;
  out: Subscriber<ConnectionEvent> | undefined;

  get isOpen(): boolean {
    return this.out !== undefined && !this.out.closed;
  }
}

/** A broker in virtual time that keeps retained messages and publishes last wills, between relays and readers. */
export class MachineBroker {
  readonly readers: ReaderLink[] = [];
  readonly links: RelayLink[] = [];
  isUp = true;
  /** The most ms that messages of one topic may be later than those of another. */
  spread = 0;
  /** Whether a retained copy may be one that was replaced a short time ago. */
  isLagging = false;
  /** The topics whose next message is lost on the way to readers. */
  readonly losing: Set<string> = new Set();
  lost = 0;
  /** When a relay last connected. A copy from before it may be of any age, so that a node has to be right by then. */
  private openedAt = 0;
  private readonly retained = new Map<string, readonly Copy[]>();
  private readonly arrivals = new Map<string, number>();
  private readonly scheduler: FastScheduler;
  private readonly random: Dice;

  constructor(scheduler: FastScheduler, random: Dice) {
    this.scheduler = scheduler;
    this.random = random;
  }

  reader(): ReaderLink {
    const fake = fakeTransport({
      latency: 5,
      scheduler: this.scheduler,
      suback: (filter, connection) => {
        this.scheduler.schedule(() => {
          for (const topic of this.retained.keys())
            if (matchesTopic(filter, topic)) this.repeat(topic, link, connection);
        }, 5);
        return 0;
      },
    });
    const transport: Transport = (endpoint) =>
      new Observable((out) => {
        if (this.isUp && link.isUp) return fake.transport(endpoint).subscribe(out);
        out.error(new ConnectionFailure('network', 'refused', { subcause: 'refused' }));
        return undefined;
      });
    const link: ReaderLink = { fake, transport, isUp: true, frozenUntil: 0 };
    this.readers.push(link);
    return link;
  }

  /** The transport of a relay on `link`. */
  relay(link: RelayLink, will: Will): Transport {
    link.will = will;
    this.links.push(link);
    return () =>
      new Observable((out) => {
        if (!this.isUp || !link.isUp || !link.isAlive) {
          out.error(new ConnectionFailure('network', 'refused', { subcause: 'refused' }));
          return;
        }
        link.out = out;
        link.isMuted = false;
        this.openedAt = this.scheduler.now();
        out.next({ type: 'handshake' });
        out.next({
          type: 'open',
          connection: {
            subscribe: () =>
              new Observable((answer) => {
                answer.next([0]);
                answer.complete();
              }),
            unsubscribe: () => undefined,
            publish: (topic, payload) => {
              if (out.closed || link.isMuted || !link.isAlive) return;
              const wait = link.frozenUntil - this.scheduler.now();
              // A socket that is stuck keeps what was written, also for a process that ends meanwhile.
              if (wait > 0) {
                this.scheduler.schedule(() => {
                  link.flushedAt = this.scheduler.now();
                  this.publish(topic, payload);
                }, wait);
              } else this.publish(topic, payload);
            },
            unsent: () => (link.frozenUntil > this.scheduler.now() ? 2 ** 21 : 0),
            close: () =>
              new Observable((done) => {
                out.complete();
                done.complete();
              }),
          },
        });
      });
  }

  publish(topic: string, payload: Uint8Array): void {
    if (!this.isUp) return;
    const at = this.scheduler.now();
    this.retained.set(topic, [...this.copies(topic), { payload, at }]);
    for (const { out, isMuted, isAlive, will } of this.links) {
      if (isAlive && !isMuted && will?.topic === topic)
        this.later(`relay`, 0, () => out?.next({ type: 'frame', topic, payload, retain: false }));
    }
    if (this.losing.delete(topic)) {
      this.lost += 1;
      return;
    }
    this.readers.forEach((link, index) => {
      for (const connection of link.fake.connections) {
        if (!connection.isOpen || ![...connection.subscribed].some((one) => matchesTopic(one, topic))) continue;
        this.later(`${String(index)} ${topic}`, link.frozenUntil, () => {
          if (connection.isOpen) connection.send(topic, payload);
        });
      }
    });
  }

  /** Sends the retained copy of a topic; it may be an older one. */
  repeat(topic: string, { fake }: ReaderLink, connection: FakeConnection | undefined = fake.connections.at(-1)): void {
    const kept = this.copies(topic);
    const copy = this.isLagging ? this.random.pick(kept) : kept.at(-1);
    if (copy !== undefined && connection?.isOpen === true) connection.send(topic, copy.payload, { retain: true });
  }

  /** Ends the connection of a relay, and publishes its last will if the broker knows of the end. */
  cut(link: RelayLink, hasWill: boolean): void {
    const { out, will } = link;
    if (!link.isOpen) return;
    out?.error(new ConnectionFailure('network', 'cut'));
    if (hasWill && will !== undefined) this.publish(will.topic, will.payload);
  }

  /** All connections end; `keeps` is whether retained messages survive. */
  stop(keeps: boolean): void {
    this.isUp = false;
    if (!keeps) this.retained.clear();
    for (const { fake } of this.readers) fake.drop();
    for (const link of this.links) this.cut(link, false);
  }

  get topics(): readonly string[] {
    return [...this.retained.keys()];
  }

  /** The copies that some node may send: the last one, and those that were replaced a short time ago. */
  private copies(topic: string): readonly Copy[] {
    const kept = this.retained.get(topic) ?? [];
    const since = this.scheduler.now() - lag;
    return kept.filter((copy, index) => {
      const next = kept[index + 1];
      return next === undefined || (next.at > since && copy.at >= this.openedAt);
    });
  }

  /** Delivers in order within a key, and with some delay. */
  private later(key: string, notBefore: number, work: () => void): void {
    const now = this.scheduler.now();
    const at = Math.max(now + 1 + Math.floor(this.random.next() * this.spread), notBefore, this.arrivals.get(key) ?? 0);
    this.arrivals.set(key, at);
    this.scheduler.schedule(work, at - now);
  }
}
