/** The ratios that the guard measures, each against a reference in the same run. */
export const guardRows = {
  burst: 'the processor time of a message that is delivered in a burst over TCP, divided by that of MQTT.js',
  decode: 'the processor time of decoding ten levels a side, divided by that of protobufjs',
} as const;

export type GuardRow = keyof typeof guardRows;
