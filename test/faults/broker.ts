/** The broker of a row: the simulated venue of `rx-quotes/testing`, or a real Mosquitto. */
export type Broker = 'simulated' | 'mosquitto';
