import type { MqttEvent } from '../mqtt/mqttTypes.js';
import type { Callbacks } from './diagnostics/callbacks.js';
import { logReport } from './diagnostics/logger.js';
import type { FeedState } from './feedState.js';
import type { Rejection } from './feedConfig.js';
import type { Route } from './receiver.js';
import type { CalendarWatch } from './trust/calendarWatch.js';
import type { ControlQueue } from './trust/controlQueue.js';

/** The parts of a feed that get the events of the connection. */
export interface ConnectionEventsConfig<E> {
  readonly state: FeedState;
  readonly control: ControlQueue<E>;
  readonly calendar: CalendarWatch;
  readonly callbacks: Callbacks;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
}

/** Passes each event of the connection to the part of the feed that handles it. */
export function onConnectionEvent<E>(event: MqttEvent<Route<E>>, config: ConnectionEventsConfig<E>): void {
  const { state, control, calendar, callbacks, onReject } = config;
  switch (event.type) {
    case 'promoted':
    case 'lost':
    case 'stalled':
    case 'settled':
    case 'granted':
    case 'refused':
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
      if (event.reason === 'capacity') control.missed(topic, 'overflow');
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
      if (callbacks.logger !== undefined) logReport(callbacks.logger, event);
  }
}
