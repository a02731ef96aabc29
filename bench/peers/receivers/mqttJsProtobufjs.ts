import { connectClient, topicsOf } from './mqttClient.js';
import { decodeWithProtobufjs } from './protobufBook.js';
import type { Receiver } from './receiver.js';

/** The `message` event of MQTT.js, decoded by protobufjs. */
export const receive: Receiver = async (target, deliver) => {
  const client = connectClient(target);
  client.on('message', (_topic, payload) => deliver(decodeWithProtobufjs(payload).bidVolumes[0]!));
  await client.subscribeAsync(topicsOf(target));
  return undefined;
};
