import type { MqttEvent } from '../mqttTypes.js';

/** A report of a link besides the changes of its state. */
export type LinkReport = Extract<
  MqttEvent,
  { readonly type: 'notice' | 'no-data' | 'suspected' | 'closed-on' | 'flap' | 'no-notices' }
>;
