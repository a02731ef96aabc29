import { readStamp } from '../stamp.js';
import { connectClient, topicsOf } from './mqttClient.js';
import type { Receiver } from './receiver.js';

/** The `message` event of MQTT.js with nothing decoded. */
export const receive: Receiver = async (target, deliver) => {
  const { stampFromEnd } = target;
  const client = connectClient(target);
  client.on('message', (_topic, payload) => deliver(readStamp(payload, payload.length - stampFromEnd)));
  await client.subscribeAsync(topicsOf(target));
  return undefined;
};
