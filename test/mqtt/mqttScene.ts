import { Subject, type Subscription } from 'rxjs';
import type { Clock } from '../../src/model/clock.js';
import { type MqttConfig, type MqttConnection, type MqttEvent, type MqttMessage, fromMqtt } from '../../src/index.js';
import { fakeTransport, type FakeTransport, type FakeTransportOptions, virtualClock } from '../../src/testing/index.js';
import { FastScheduler } from '../support/fastScheduler.js';
import { expectAccounted } from '../support/mqttAccount.js';

/** `fromMqtt` on a fake broker, in virtual time that the test moves on. */
export interface MqttScene<R> {
  readonly scheduler: FastScheduler;
  readonly fake: FakeTransport;
  readonly mqtt: MqttConnection<R>;
  /** Every event and message in one line, in the order in which they came; each checks the counts. */
  readonly log: string[];
  readonly events: readonly MqttEvent<R>[];
  /** Subscribes, and writes every message into the log and into the list. */
  listen(onMessage?: (message: MqttMessage<R>) => void): MqttListener<R>;
  /** Emits `ms`: wall time goes on, monotonic time and timers stand still. The clock does not report it. */
  sleep(ms: number): void;
  /** The clock reports a jump. */
  wake(): void;
}

/** A subscription, and what it got. */
export interface MqttListener<R> {
  readonly messages: (Omit<MqttMessage<R>, 'payload'> & { readonly text: string })[];
  readonly errors: unknown[];
  readonly subscription: Subscription;
}

/** The options of a scene. */
export type MqttSceneConfig<R> = Omit<MqttConfig<R>, 'endpoint' | 'topics' | 'clock'> &
  Partial<Pick<MqttConfig<R>, 'endpoint' | 'topics'>> & {
    readonly fake?: Omit<FakeTransportOptions, 'scheduler'>;
    /** Makes another clock of the scene's. */
    readonly changeClock?: (clock: Clock) => Clock;
  };

export const textOf = (payload: Uint8Array): string => new TextDecoder().decode(payload);

function lineOf<R>(event: MqttEvent<R>): string {
  switch (event.type) {
    case 'state':
      return `state ${event.state.status}${event.state.status === 'connecting' ? `/${event.state.step}` : ''}`;
    case 'promoted':
      return `promoted e${String(event.epoch)}`;
    case 'lost':
      return `lost e${String(event.epoch)} ${event.failure.code}`;
    case 'stalled':
      return `stalled e${String(event.epoch)} ${event.cause} ${String(event.by)}`;
    case 'settled':
      return `settled e${String(event.epoch)} #${String(event.sequence)}`;
    case 'granted':
    case 'refused':
      return `${event.type} ${event.topics.join(' ')}`;
    case 'dropped':
      return `dropped ${event.reason} ${event.message.topic} ${textOf(event.message.payload).slice(0, 8)}`;
    case 'clock-jump':
      return `clock-jump ${String(event.by)}`;
    default:
      return event.type;
  }
}

const unchanged = (clock: Clock): Clock => clock;

/** Sets the scene: nothing is subscribed to yet. */
export function mqttScene<R = undefined>(given: MqttSceneConfig<R> = {}): MqttScene<R> {
  const { fake: fakeOptions, changeClock = unchanged } = given;
  // Not spread: a getter of the test's is to be read at each use.
  const { fake: _, changeClock: __, ...config } = Object.getOwnPropertyDescriptors(given);
  const scheduler = new FastScheduler();
  const fake = fakeTransport({ ...fakeOptions, scheduler });
  const virtual = virtualClock(scheduler);
  const jumps = new Subject<number>();
  let slept = 0;
  const clock = changeClock({
    ...virtual,
    now: () => virtual.now() + slept,
    jumps: () => jumps,
  });
  const mqtt = fromMqtt<R>(
    Object.defineProperties<MqttConfig<R>>(
      { endpoint: 'mqtt://broker.test', topics: ['a', 'b'], transport: fake.transport, clock },
      config,
    ),
  );
  const log: string[] = [];
  const events: MqttEvent<R>[] = [];
  mqtt.events$.subscribe((event) => {
    events.push(event);
    log.push(lineOf(event));
    expectAccounted(mqtt.stats());
  });
  return {
    scheduler,
    fake,
    mqtt,
    log,
    events,
    listen: (onMessage) => {
      const messages: MqttListener<R>['messages'] = [];
      const errors: unknown[] = [];
      const subscription = mqtt.subscribe({
        next: (message) => {
          const { payload, ...rest } = message;
          const text = textOf(payload);
          messages.push({ ...rest, text });
          log.push(`${rest.topic} ${text} e${String(rest.epoch)}`);
          expectAccounted(mqtt.stats());
          onMessage?.(message);
        },
        error: (error: unknown) => {
          errors.push(error);
          log.push('error');
        },
        complete: () => {
          log.push('complete');
        },
      });
      return { messages, errors, subscription };
    },
    sleep: (ms) => {
      slept += ms;
    },
    wake: () => {
      jumps.next(0);
    },
  };
}
