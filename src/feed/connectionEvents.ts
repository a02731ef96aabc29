import type { MqttEvent } from '../mqtt/mqttTypes.js';
import type { FeedLog } from './diagnostics/feedLog.js';
import { logReport, withReason } from './diagnostics/connectionLines.js';
import { namedTopics } from './diagnostics/logLines.js';
import type { TopicSubscription } from '../mqtt/subscriptions/topicLedger.js';
import type { FeedState } from './feedState.js';
import type { Rejection } from './feedConfig.js';
import type { Route } from './receiver.js';
import type { TopicRegistry } from './topics/topicRegistry.js';
import type { CalendarWatch } from './trust/calendarWatch.js';
import type { ControlQueue } from './trust/controlQueue.js';

/** The parts of a feed that get the events of the connection. */
export interface ConnectionEventsConfig<E> {
  readonly state: FeedState;
  readonly control: ControlQueue<E>;
  readonly calendar: CalendarWatch;
  readonly log: FeedLog;
  readonly registry: Pick<TopicRegistry<E>, 'get'>;
  /** The subscription of each topic on the present connection. */
  readonly subscriptions: () => ReadonlyMap<string, TopicSubscription>;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
}

/** Passes each event of the connection to the part of the feed that handles it. */
export function onConnectionEvent<E>(event: MqttEvent<Route<E>>, config: ConnectionEventsConfig<E>): void {
  const { state, control, calendar, log, onReject } = config;
  switch (event.type) {
    case 'promoted':
      log.restart();
      control.push(event);
      return;
    case 'refused':
      logRefused(event.topics, config);
      control.push(event);
      return;
    case 'lost':
    case 'stalled':
    case 'settled':
    case 'granted':
      control.push(event);
      return;
    case 'state':
      // The feed sets `idle` itself, after its trust stage is at rest.
      if (event.state.status !== 'idle') state.set(event.state, event.state.epoch);
      return;
    case 'dropped': {
      const { route: topic, receivedAt } = event.message;
      if (topic === 'unreadable') return;
      topic.history.note(receivedAt, `dropped: ${event.reason}`);
      // An `unpromoted` message is not reported as missed: the next connection subscribes to its topic again.
      if (event.reason !== 'capacity') return;
      log.lost('dropped', event.reason, topic.name);
      control.missed(topic, 'overflow');
      return;
    }
    case 'clock-jump':
      calendar.review();
      return;
    case 'unreadable-notice': {
      const { type: _, ...rejection } = event;
      onReject(rejection);
      return;
    }
    default:
      logReport(log, event);
  }
}

/** Logs topics that the broker refuses; a topic that is refused again is not news. */
function logRefused<E>(topics: readonly string[], { log, registry, subscriptions }: ConnectionEventsConfig<E>): void {
  const news = topics.filter((topic) => registry.get(topic)?.state !== 'refused');
  if (news.length === 0) return;
  const known = subscriptions();
  log.write('topics-refused', namedTopics(news.map((topic) => withReason({ topic, ...known.get(topic) }))));
}
