/** What a row runs against: the simulated venue of `rx-quotes/testing`, or a real Mosquitto. */
export type Broker = 'simulated' | 'mosquitto';
