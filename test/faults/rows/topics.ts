import { mqttVenue } from '../../../src/index.js';
import { decodeBidOfferV3, settradeTopics } from '../../../src/settrade/index.js';
import { TOPICS_PER_PACKET } from '../../../src/mqtt/retry/retryRules.js';
import type { Venue } from '../../../src/model/venue.js';
import { deadlines } from '../deadlines.js';
import { both, type FaultRow } from '../faultRow.js';
import type { Rule } from '../../support/faultProxy/rules.js';
import type { Scene } from '../scene/scene.js';

/** Subscribes over a proxy with a rule, which is taken back once the feed is live. One connection has to be enough. */
async function liveOnOneLink(scene: Scene, rule: Rule): Promise<void> {
  const proxy = await scene.proxied();
  const mend = proxy.rule(rule);
  scene.fault();
  scene.subscribe({ paused: true });
  await scene.until(() => scene.feed.stats().connected, 'the feed is live');
  mend();
  scene.publish();
  await scene.recovered();
  scene.note(proxy.connections.length === 1 ? 'live' : 'cut');
}

/** The symbol that gets nothing. */
const REFUSED = 'S7';
const topicOf = (symbol: string): string => settradeTopics.quote.replace('{symbol}', symbol);

/** The symbols that are to go on as if nothing were. */
const siblings = ({ far }: Scene): readonly string[] => far.symbols.filter((symbol) => symbol !== REFUSED);

/** The far side's venue, where one symbol's topic is below a tree of Mosquitto's own. */
function misplaced(
  scene: Scene,
  tree: string,
  onSubscribe: 'snapshot' | 'nothing' = 'nothing',
): Venue<{ readonly symbol: string }> {
  const venue = mqttVenue({
    endpoint: () => [scene.endpoint()],
    topics: settradeTopics,
    decode: decodeBidOfferV3,
    onSubscribe,
  });
  return {
    ...venue,
    topic: (kind, key) => (key === REFUSED ? `${tree}/${key}` : venue.topic(kind, key)),
    decoder: (topic) => venue.decoder(topic.startsWith(tree) ? topicOf(REFUSED) : topic),
  };
}

const isRefused = (scene: Scene): boolean => {
  const state = scene.states.at(-1);
  return state?.status === 'live' && state.ledger.refused.length === 1 && state.ledger.refused[0]!.endsWith(REFUSED);
};

/** Those that the broker refuses by closing the connection, in packets of their own. */
const CLOSED_ON: readonly string[] = ['S7', 'S93'];

const areRefused = (scene: Scene): boolean => {
  const state = scene.states.at(-1);
  if (state?.status !== 'live') return false;
  return [...state.ledger.refused].sort().join() === CLOSED_ON.map(topicOf).sort().join();
};

/** Faults of single topics, and of the packets that ask for them. */
export const topics: readonly FaultRow[] = [
  {
    fault: 'one of 800 topics refused',
    brokers: both,
    expect: 'ledger.refused',
    deadline: deadlines.refusedTopic,
    symbols: 800,
    quick: true,
    run: async (scene) => {
      const { mosquitto, venue, symbols } = scene.far;
      venue?.refuse(topicOf(REFUSED));
      const proxy = await scene.proxied();
      scene.subscribe(mosquitto === undefined ? {} : { venue: misplaced(scene, mosquitto.refusedTree) });
      const packets = symbols.length / TOPICS_PER_PACKET;
      const isAnswered = (): boolean => proxy.packets.filter(({ name }) => name === 'suback').length >= packets;
      await scene.until(isAnswered, 'every SUBSCRIBE is answered');
      scene.fault();
      await scene.reportedBy('ledger.refused', () => isRefused(scene));
      await scene.recovered(siblings(scene));
    },
  },
  {
    fault: 'a topic refused only at resubscribe',
    brokers: ['simulated'],
    expect: 'network RXQ_NETWORK, ledger.refused',
    deadline: deadlines.cut,
    run: async (scene) => {
      const venue = scene.far.venue!;
      await scene.live();
      scene.fault(() => {
        venue.refuse(topicOf(REFUSED));
        venue.dropConnections();
      });
      await scene.untilReported();
      await scene.reportedBy('ledger.refused', () => isRefused(scene));
      await scene.recovered(siblings(scene));
      await scene.minute();
    },
  },
  {
    fault: 'granted but without data',
    brokers: both,
    expect: 'ledger.noData',
    deadline: deadlines.topicWithoutData,
    quick: true,
    venue: { imageOnSubscribe: true },
    run: async (scene) => {
      const { mosquitto, venue } = scene.far;
      const allow = venue?.refuse(topicOf(REFUSED), 'silent');
      scene.fault();
      scene.subscribe(
        mosquitto === undefined
          ? { onSubscribe: 'snapshot' }
          : { venue: misplaced(scene, mosquitto.silentTree, 'snapshot') },
      );
      const isWithoutData = (): boolean => {
        const state = scene.states.at(-1);
        return (
          state?.status === 'live' && state.ledger.noData.length === 1 && state.ledger.noData[0]!.endsWith(REFUSED)
        );
      };
      await scene.reportedBy('ledger.noData', isWithoutData);
      if (allow === undefined) await scene.recovered(siblings(scene));
      else {
        await scene.cure(allow);
        // Another SUBSCRIBE for it comes after a minute.
        await scene.recovered(scene.far.symbols, true);
      }
    },
  },
  {
    fault: 'SUBACK never, for a minute',
    brokers: both,
    expect: 'timeout RXQ_TIMEOUT',
    deadline: deadlines.suback,
    run: async (scene) => {
      const proxy = await scene.proxied();
      const mend = proxy.rule({ packet: 'suback', action: { kind: 'drop' } });
      scene.fault();
      // The first message of each topic is a sign of life, and comes in real time.
      scene.subscribe({ paused: true });
      await scene.untilReported('skipping');
      scene.publish();
      await scene.minuteThenCure(mend);
    },
  },
  {
    fault: 'more than 8 topics in a packet close the link',
    brokers: both,
    expect: 'live',
    symbols: 800,
    run: async (scene) => {
      const proxy = await scene.proxied();
      proxy.rule({ packet: 'subscribe', topicsAbove: 8, action: { kind: 'reset' } });
      scene.fault();
      scene.subscribe();
      await scene.recovered();
      scene.note(proxy.connections.length === 1 ? 'live' : 'cut');
    },
  },
  {
    fault: 'two of 100 topics refused by closing the connection',
    brokers: both,
    expect: 'network RXQ_NETWORK, ledger.refused',
    deadline: deadlines.cut,
    symbols: 100,
    run: async (scene) => {
      const proxy = await scene.proxied();
      for (const symbol of CLOSED_ON)
        proxy.rule({ packet: 'subscribe', topic: topicOf(symbol), action: { kind: 'reset' } });
      scene.subscribe();
      scene.fault();
      await scene.untilReported();
      await scene.recovered(scene.far.symbols.filter((symbol) => !CLOSED_ON.includes(symbol)));
      await scene.reportedBy('ledger.refused', () => areRefused(scene), 'skipping');
    },
  },
  {
    fault: 'a SUBACK every 80 ms, for 800 topics',
    brokers: both,
    expect: 'live',
    symbols: 800,
    run: (scene) => liveOnOneLink(scene, { packet: 'suback', action: { kind: 'delay', ms: 80 } }),
  },
  {
    fault: 'a slow link that carries stored images before the SUBACKs',
    brokers: ['simulated'],
    expect: 'live',
    symbols: 800,
    venue: { imageOnSubscribe: true },
    run: (scene) => liveOnOneLink(scene, { packet: 'publish', action: { kind: 'delay', ms: 10 } }),
  },
  {
    fault: 'more than 4 SUBSCRIBEs without an answer close the link',
    brokers: both,
    expect: 'live',
    symbols: 800,
    run: async (scene) => {
      const proxy = await scene.proxied();
      proxy.rule({ packet: 'subscribe', unansweredAbove: 4, action: { kind: 'reset' } });
      scene.fault();
      scene.subscribe();
      await scene.recovered();
      scene.note(proxy.connections.length === 1 ? 'live' : 'cut');
    },
  },
];
