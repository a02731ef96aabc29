import type { MqttEvent } from '../mqttTypes.js';

/** A report of a link other than a change of its state. */
export type LinkReport = Extract<
  MqttEvent,
  { readonly type: 'notice' | 'no-data' | 'suspected' | 'closed-on' | 'flap' | 'no-notices' }
>;
