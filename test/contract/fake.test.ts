import { ConnectionFailure } from '../../src/model/errors.js';
import { type FakeConnection, fakeTransport } from '../../src/testing/index.js';
import type { ContractBroker } from './contractBroker.js';
import { describeTransportContract } from './transportContract.js';

const endpoint = { url: 'mqtt://fake.test', username: 'trader', password: 'correct horse' };

/** The broker's answer to a connection, a turn of the event loop after its socket is up. */
function answer(connection: FakeConnection): void {
  const { url, password } = connection.endpoint;
  if (url.includes('silent')) return;
  if (password === endpoint.password) connection.accept();
  else
    connection.drop(
      new ConnectionFailure('auth', 'mqtt://fake.test refused the password: check it', { connackCode: 4 }),
    );
}

describeTransportContract('the fake transport', (): ContractBroker => {
  const fake = fakeTransport({ accept: false, suback: (topic) => (topic === 'forbidden/a' ? 128 : 0) });
  const later = (work: () => void): NodeJS.Immediate => setImmediate(work);
  return {
    transport: (given) => {
      const mine = fake.connections.length;
      const events$ = fake.transport(given);
      later(() => {
        const connection = fake.connections[mine]!;
        if (given.url.includes('absent')) {
          connection.drop(
            new ConnectionFailure('network', 'mqtt://fake.test refused the connection: check host and port'),
          );
          return;
        }
        connection.shake();
        later(() => {
          answer(connection);
        });
      });
      return events$;
    },
    endpoint,
    capabilities: {
      refusedTopic: 'forbidden/a',
      wrongPassword: { ...endpoint, password: 'battery staple' },
      absent: { url: 'mqtt://absent.test' },
      silent: { url: 'mqtt://silent.test' },
      retains: true,
    },
    publish: (topic, payload, retain) => {
      fake.publish(topic, payload, { retain });
      return Promise.resolve();
    },
    dropAll: () => {
      fake.drop();
    },
    stop: () => undefined,
  };
});
