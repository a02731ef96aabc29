/** Names of settings, in code that uses the API and on the command line. */
const words = {
  url: { api: 'the endpoint’s url', cli: '--url' },
  login: { api: 'endpoint.username and endpoint.password', cli: 'MQTT_USERNAME and MQTT_PASSWORD, or API_TOKEN' },
  token: { api: 'the variable that holds the token', cli: 'API_TOKEN' },
  ca: { api: 'endpoint.tls.ca', cli: '--ca or NODE_EXTRA_CA_CERTS' },
  servername: { api: 'set endpoint.tls.servername to that name', cli: 'connect by that name' },
  clientId: { api: 'endpoint.clientId', cli: 'the client id' },
  topic: { api: 'the quote topic of mqttVenue', cli: '--topic' },
  decoder: { api: 'decode of mqttVenue', cli: '--decoder' },
  explain: { api: 'explain(symbol)', cli: 'rx-quotes status --symbol' },
} as const;

/** Where remedies are read: in a program that uses the API, or in the output of the command line. */
export type Wording = 'api' | 'cli';

/** A number with its noun in the singular or plural. */
export function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Replaces each `{word}` of a text. */
export function inWords(text: string, wording: Wording): string {
  return text.replace(/\{(\w+)\}/g, (whole, word: string) =>
    Object.hasOwn(words, word) ? words[word as keyof typeof words][wording] : whole,
  );
}
