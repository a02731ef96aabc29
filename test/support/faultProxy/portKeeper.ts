import { type AddressInfo, connect, createServer } from 'node:net';

/** Reserves ports while they have no listener. */
export interface PortKeeper {
  /** Holds the port until the function returned is called. Connections to it are refused. */
  hold(port: number): () => void;
  stop(): void;
}

/** The system gives nobody a port that has a connection, and lets who names it listen on it all the same. */
export async function startPortKeeper(): Promise<PortKeeper> {
  const far = createServer();
  await new Promise<void>((resolve, reject) => {
    far.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port: farPort, address: host } = far.address() as AddressInfo;
  return {
    hold: (port) => {
      const near = connect({ host, port: farPort, localAddress: host, localPort: port }).on('error', () => undefined);
      return () => {
        near.destroy();
      };
    },
    stop: () => far.close(),
  };
}
