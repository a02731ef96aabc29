import type { Buffer } from 'node:buffer';
import type { IPublishPacket } from 'mqtt';
import { filter, map, merge, Observable, share, Subject } from 'rxjs';
import { topicPrefix } from '../messages.js';
import { connectClient, topicsOf } from './mqttClient.js';
import { decodeWithProtobufjs } from './protobufBook.js';
import type { Receiver } from './receiver.js';

/** Whether a topic matches a filter, level by level. */
function matches(topicFilter: string, topic: string): boolean {
  const [wanted, levels] = [topicFilter.split('/'), topic.split('/')];
  for (const [index, level] of wanted.entries()) {
    if (level === '#') return true;
    if (level !== '+' && level !== levels[index]) return false;
  }
  return wanted.length === levels.length;
}

/**
 * The shape of ngx-mqtt without Angular: one Subject of all messages, and for each `observe(filter)` a shared Observable that
 * compares the topic of every message with its filter.
 */
function receiver(filtersOf: (topics: readonly string[]) => readonly string[]): Receiver {
  return async (target, deliver) => {
    const client = connectClient(target);
    const messages = new Subject<IPublishPacket>();
    client.on('message', (_topic, _payload, packet) => messages.next(packet));
    const observe = (topicFilter: string): Observable<IPublishPacket> => {
      const matching = messages.pipe(filter(({ topic }) => matches(topicFilter, topic)));
      const subscribed = new Observable<IPublishPacket>((subscriber) => {
        client.subscribe(topicFilter, { qos: 1 });
        return matching.subscribe(subscriber);
      });
      return subscribed.pipe(share());
    };
    merge(...filtersOf(topicsOf(target)).map(observe))
      .pipe(map(({ payload }) => decodeWithProtobufjs(payload as Buffer)))
      .subscribe(({ bidVolumes }) => deliver(bidVolumes[0]!));
    return undefined;
  };
}

/** One `observe()` of a wildcard for all symbols. */
export const receiveByWildcard: Receiver = receiver(() => [`${topicPrefix}+`]);
/** One `observe()` for each symbol, as components do that show one each. */
export const receiveEach: Receiver = receiver((topics) => topics);
