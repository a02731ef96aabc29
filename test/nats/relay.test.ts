import { describeEngine } from '../support/engineContract.js';
import { startNats } from '../support/natsCluster.js';

describeEngine('a cluster of three NATS servers, with the readers on another node', async () => {
  const { nodes, leader, restart, stop } = await startNats();
  const [relay, reader] = [nodes[leader], nodes[(leader + 1) % nodes.length]];
  if (relay === undefined || reader === undefined) throw new Error('the cluster has no nodes');
  return { relay: relay.tcp, reader: reader.ws, restart: () => restart(leader), stop };
}, ['AOT', 'S.J', 'ก', 'S & J']);
