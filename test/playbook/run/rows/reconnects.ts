import mqtt from 'mqtt';
import { type FaultProxy, startFaultProxy } from '../../../support/faultProxy/faultProxy.js';
import { startQuoteBroker } from '../quoteBroker.js';
import type { Far, RealRow, Subject } from '../realRow.js';

const clientId = 'desk-7';

const near = (subject: Subject): void => {
  subject.open().quotes(['AOT']).subscribe();
};

/** A broker behind a proxy. */
async function proxied(): Promise<{ readonly proxy: FaultProxy; readonly far: Far }> {
  const broker = await startQuoteBroker();
  const proxy = await startFaultProxy(broker.place.url);
  const stop = async (): Promise<void> => {
    proxy.stop();
    await broker.stop();
  };
  return { proxy, far: { place: { url: proxy.url }, doctor: broker.doctor, stop } };
}

/** Resets the newest connection `life` ms after it was made, for one life after the other; returns how to stop this. */
function cutting(proxy: FaultProxy, lives: readonly number[]): () => void {
  let cut = 0;
  let seen = proxy.connections.length;
  let from = performance.now();
  const timer = setInterval(() => {
    if (proxy.connections.length > seen) [seen, from] = [proxy.connections.length, performance.now()];
    const life = lives[Math.min(cut, lives.length - 1)] ?? Infinity;
    if (seen <= cut || performance.now() - from < life) return;
    cut = seen;
    proxy.now({ kind: 'reset' });
  }, 100);
  return () => {
    clearInterval(timer);
  };
}

/** A row with a proxy that cuts connections. */
function cutRow(row: Omit<RealRow, 'far' | 'near'>, lives: readonly number[]): RealRow {
  return {
    ...row,
    near,
    far: async () => {
      const { proxy, far } = await proxied();
      let end = (): void => undefined;
      return {
        ...far,
        fault: () => {
          end = cutting(proxy, lives);
        },
        cure: () => {
          end();
        },
        stop: async () => {
          end();
          await far.stop();
        },
      };
    },
  };
}

/** Connections that are made, and lost. */
export const reconnectRows: readonly RealRow[] = [
  {
    code: 'RXP_TAKEOVER',
    settle: 500,
    within: 60_000,
    clears: 60_000,
    fix: 1,
    unseen: 'it has a client id of its own, which nobody takes over',
    far: async (isFaulty) => {
      const broker = await startQuoteBroker();
      let rival: mqtt.MqttClient | undefined;
      const end = (): void => {
        rival?.end(true);
        rival = undefined;
      };
      return {
        ...broker,
        place: { ...broker.place, ...(isFaulty ? { clientId } : {}) },
        fault: () => {
          rival = mqtt.connect(broker.place.url, { clientId, reconnectPeriod: 1_000 }).on('error', () => undefined);
        },
        cure: end,
        stop: async () => {
          end();
          await broker.stop();
        },
      };
    },
    near: (subject) => {
      const feed = subject.open();
      feed.quotes(['AOT']).subscribe();
      // The finding stays as long as the connection with another client id, which is well.
      subject.onCure(() => {
        feed.reconnect();
      });
    },
  },
  cutRow(
    {
      code: 'RXP_FLAPPING',
      settle: 500,
      within: 30_000,
      clears: 120_000,
      fix: 1,
      unseen: 'its own connection ends before it is cut',
    },
    [800],
  ),
  // Found in the moment of the third loss.
  cutRow({ code: 'RXP_RECONNECTS', implied: ['RXP_RESET'], settle: 500, within: 90_000, fix: 0 }, [
    11_000,
    14_000,
    20_000,
    Infinity,
  ]),
  {
    code: 'RXP_APP_RECONNECTS',
    quick: true,
    settle: 1_000,
    within: 20_000,
    fix: 0,
    far: () => startQuoteBroker(),
    near: (subject) => {
      const feed = subject.open();
      feed.quotes(['AOT']).subscribe();
      let timer: NodeJS.Timeout | undefined;
      subject.onFault(() => {
        timer = setInterval(() => {
          feed.reconnect();
        }, 2_000);
      });
      subject.onCure(() => {
        clearInterval(timer);
      });
    },
  },
];
