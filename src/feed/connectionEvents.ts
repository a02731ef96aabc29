import type { MqttEvent } from '../mqtt/mqttTypes.js';
import type { Callbacks } from './diagnostics/callbacks.js';
import { logReport } from './diagnostics/logger.js';
import type { FeedState } from './feedState.js';
import type { Rejection, Route } from './receiver.js';
import type { CalendarWatch } from './trust/calendarWatch.js';
import type { ControlQueue } from './trust/controlQueue.js';

/** What the events of the connection are for. */
export interface ConnectionEventsConfig<E> {
  readonly state: FeedState;
  readonly control: ControlQueue<E>;
  readonly calendar: CalendarWatch;
  readonly callbacks: Callbacks;
  readonly onReject: (rejection: Omit<Rejection, 'epoch'>) => void;
}

/** Passes each event of the connection to the part of the feed that it is for. */
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
      // The feed itself says when it is idle, after its topics are at rest.
      if (event.state.status !== 'idle') state.set(event.state, event.state.epoch);
      return;
    case 'dropped': {
      const { route: topic, receivedAt } = event.message;
      if (topic === 'unreadable') return;
      topic.history.note(receivedAt, `dropped: ${event.reason}`);
      // What waited for a connection that was never live is sent again by the next.
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
