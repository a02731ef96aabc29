import mqtt, { type MqttClient } from 'mqtt';
import { topicPrefix } from '../messages.js';
import type { Target } from './receiver.js';

/** MQTT.js connected with its defaults, over MQTT 3.1.1. */
export function connectClient({ url, ca }: Target): MqttClient {
  return mqtt
    .connect(url, { ca, reconnectPeriod: 0 })
    .on('error', (error) => {
      throw error;
    })
    .on('close', () => {
      throw new Error('MQTT.js lost its connection');
    });
}

/** The topics of all symbols. */
export function topicsOf({ symbols }: Target): string[] {
  return symbols.map((symbol) => `${topicPrefix}${symbol}`);
}
