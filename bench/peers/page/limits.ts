import type { FigureName } from '../figures.js';
import { shown } from './columns.js';
import type { Report } from './report.js';

const micros = (value: number): string => `${shown(value, 2)} µs`;
const times = (value: number): string => `${shown(value, 1)} times`;

/** A lookup that gives all figures or none, so that a sentence is left out where one of its rows did not run. */
function figuresOf({ rows, costs }: Pick<Report, 'rows' | 'costs'>) {
  const medianOf = (name: string, figure: FigureName): number | undefined =>
    rows.find((row) => row.name === name)?.result[figure]?.median ??
    costs.find((cost) => cost.name === name)?.spread.median;
  return <Names extends readonly string[]>(
    figure: FigureName,
    ...names: Names
  ): { readonly [Index in keyof Names]: number } | undefined => {
    const found = names.map((name) => medianOf(name, figure));
    return found.includes(undefined) ? undefined : (found as { [Index in keyof Names]: number });
  };
}

/** Sentences about what limits which figure, all of them made from the figures of a run. */
export function limits(report: Pick<Report, 'rows' | 'costs'>): readonly string[] {
  const medians = figuresOf(report);
  const said: string[] = [];

  const reading = medians(
    'cpu',
    ...(['burst tcp 500 frame-scan', 'burst wss 500 frame-scan', 'tls-record wss 500 frame-scan'] as const),
  );
  if (reading !== undefined) {
    const [tcp, wss, record] = reading;
    said.push(
      `**The socket.** Before a receiver looks at a message, reading its bytes costs ${micros(tcp)} over TCP, ${micros(wss)} over wss, and ${micros(record)} where each message has a TLS record of its own (\`frame-scan\`).`,
    );
  }

  const parts = medians(
    'cpu',
    ...([
      'burst tcp 500 rx-quotes-stale-after',
      'burst tcp 500 frame-scan',
      'decode ten-levels rx-quotes',
      'decode ten-levels protobufjs',
    ] as const),
  );
  const received = medians('received', 'burst tcp 500 rx-quotes-stale-after');
  const delivered = medians('delivered', 'burst tcp 500 rx-quotes-stale-after');
  if (parts !== undefined && received !== undefined && delivered !== undefined) {
    const [cpu, scan, decode, peer] = parts;
    said.push(
      `**Decoding.** One book of ten levels a side costs ${micros(decode)}; protobufjs takes ${micros(peer)}, ${times(peer / decode)} as much.`,
    );
    const perDelivered = received[0] / delivered[0];
    said.push(
      perDelivered > 1.01
        ? `**Conflation.** In the burst over TCP the feed reads ${shown(perDelivered, 1)} messages for each one that it delivers, so that a delivered message costs ${micros(cpu)}. The feed pays for reading the others and delivers none of them.`
        : `**The feed.** In the burst over TCP a delivered message costs ${micros(cpu)}. Reading takes ${micros(scan)} of it and decoding ${micros(decode)}; ${micros(cpu - scan - decode)} are left for MQTT packets, topics, states, counts, the queue and the subscriber.`,
    );
  }

  const unsliced = medians('cpu', 'burst tcp 500 rx-quotes-unsliced');
  if (unsliced !== undefined) {
    said.push(
      `**Runs of delivery.** The same feed takes ${micros(unsliced[0])} for a message where it delivers all that it has read before it reads again (\`rx-quotes-unsliced\`).`,
    );
  }

  const waking = medians('cpu', 'paced-1000 tcp 500 mqttjs', 'burst tcp 500 mqttjs');
  const paced = medians('cpu', 'paced-50000 tcp 500 mqttjs');
  if (waking !== undefined && paced !== undefined) {
    said.push(
      `**Waking up.** MQTT.js takes ${micros(waking[0])} for a message at 1,000 messages a second, ${micros(paced[0])} at 50,000, and ${micros(waking[1])} in a burst. At a low rate few messages share the cost of waking a process.`,
    );
  }

  const judging = medians(
    'cpu',
    ...(['paced-50000 tcp 500 rx-quotes', 'paced-50000 tcp 500 rx-quotes-stale-after'] as const),
  );
  if (judging !== undefined) {
    const [learned, fixed] = judging;
    said.push(
      `**Learned staleness.** At 50,000 messages a second a feed that learns the normal silence of its topics takes ${micros(learned)} for a message; one with a fixed \`staleAfter\` takes ${micros(fixed)}.`,
    );
  }

  const tap = medians('cpu', 'paced-50000 tcp 500 rx-quotes', 'paced-50000 tcp 500 rx-quotes-no-tap');
  if (tap !== undefined) {
    said.push(
      `**The frame tap.** The feed takes ${micros(tap[0])} for a message where it cuts the packets itself, and ${micros(tap[1])} where MQTT.js does (\`frameTap: false\`).`,
    );
  }

  const topics = medians(
    'cpu',
    ...([
      'burst tcp 100 rx-quotes-stale-after',
      'burst tcp 10000 rx-quotes-stale-after',
      'burst tcp 100 mqttjs',
      'burst tcp 10000 mqttjs',
    ] as const),
  );
  if (topics !== undefined) {
    const [few, many, peerFew, peerMany] = topics;
    said.push(
      `**Topics.** A delivered message costs the feed ${micros(few)} with 100 topics and ${micros(many)} with 10,000. MQTT.js, which keeps nothing of a topic, takes ${micros(peerFew)} and ${micros(peerMany)}.`,
    );
  }

  const garbage = medians(
    'garbage',
    ...(['paced-50000 tcp 500 rx-quotes-stale-after', 'paced-50000 tcp 500 mqttjs'] as const),
  );
  if (garbage !== undefined) {
    said.push(
      `**Garbage.** The feed allocates ${shown(garbage[0], 0)} bytes for a message at 50,000 a second, the decoded book included; MQTT.js allocates ${shown(garbage[1], 0)} and decodes nothing.`,
    );
  }

  const watched = medians('cpu', 'scrape 800-symbols');
  if (watched !== undefined) {
    said.push(
      `**Being watched.** One scrape of 800 symbols takes ${shown(watched[0], 2)} ms of the thread; once in 15 s this is ${shown(watched[0] / 150, 4)} % of a core.`,
    );
  }
  return said;
}
