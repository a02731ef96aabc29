// Runs checks that take long or need a broker that is not installed everywhere: `npm run nightly`. Exits with
// 1 when a check fails, or can't be made because something is missing.
import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import mqtt from 'mqtt';
import { mqttVenue, quoteFeed } from '../dist/src/index.js';
import { startRabbit } from './nightly/rabbitmq.mjs';

async function within(ms, what, condition) {
  for (const until = Date.now() + ms; !condition(); await pause(100))
    if (Date.now() > until) throw new Error(`not within ${ms / 1_000} s: ${what}`);
}

/** RabbitMQ closes the connection that asks for a topic it does not allow: the 19 others are to be live all the same. */
async function oneTopicOf20RefusedByRabbit() {
  const refused = 'px/S12';
  const symbols = Array.from({ length: 20 }, (_, index) => `S${index}`);
  const { url, username, password, stop } = await startRabbit(refused);
  const endpoint = { url, username, password };
  const feed = quoteFeed({
    venue: mqttVenue({
      endpoint: () => Promise.resolve(endpoint),
      topics: 'px/{symbol}',
      decode: (payload) => JSON.parse(new TextDecoder().decode(payload)),
      onSubscribe: 'nothing',
    }),
  });
  const losses = [];
  const live = new Set();
  let state;
  feed.state$.subscribe((next) => {
    if (state?.status === 'live' && next.status === 'waiting') losses.push(Date.now());
    state = next;
  });
  feed.quotes(symbols).subscribe((quote) => {
    if (quote.state === 'live') live.add(quote.symbol);
    else live.delete(quote.symbol);
  });
  const publisher = await mqtt.connectAsync(url, { username, password, reconnectPeriod: 0 });
  const publishing = setInterval(() => {
    for (const symbol of symbols) publisher.publish(`px/${symbol}`, JSON.stringify({ symbol, bid: 1, ask: 2 }));
  }, 200);
  try {
    await within(30_000, 'the 19 allowed topics are live', () => live.size === 19);
    await within(150_000, `${refused} is named as refused`, () => state.ledger?.refused.join() === refused);
    await within(5_000, 'the 19 allowed topics are live again', () => live.size === 19);
    const spans = losses.slice(1).map((at, index) => at - losses[index]);
    if (spans.some((span) => span < 60_000)) throw new Error(`two live links lost within ${Math.min(...spans)} ms`);
    return `19 live, ${refused} refused, ${losses.length} live links lost, ${feed.stats().attempts} connects`;
  } finally {
    clearInterval(publishing);
    publisher.end(true);
    await feed.close();
    await stop();
  }
}

/** An object spread in the emitted quote must not pass the guard of the gate. */
async function guardRefusesASpread() {
  const { status, stdout } = spawnSync('npm', ['run', '--silent', 'bench:guard', '--', '--planted'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new Error(stdout);
  return stdout.split('\n', 1)[0];
}

/** A million valid payloads and ten million changed ones; the seed is in the titles of the tests. */
async function decodersAgainstProtobufjs() {
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', 'test/generate/differential.test.ts'];
  const env = { ...process.env, RXQ_DIFFERENTIAL: '1000000' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'inherit', 'inherit'] });
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) throw new Error(`vitest ended with ${code}: repeat it with RXQ_SEED`);
  return '11,000,000 payloads are read or refused as by protobufjs';
}

/** A check that is an npm script, in full, which prints its own result. */
const inFull = (script) => () => {
  const { status } = spawnSync('npm', ['run', '--silent', script], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`npm run ${script} ended with ${status}`);
  return `npm run ${script}`;
};

/** The live tests, the contract of transports, the broker tests and the failure matrix hold without the frame tap too. */
async function suitesWithoutFrameTap() {
  const env = { ...process.env, RXQ_FRAME_TAP: 'off' };
  const runs = [
    // This test looks at the stack of a message that comes through the frame tap.
    [
      'npx',
      'vitest',
      'run',
      '--project',
      'unit',
      'test/live',
      'test/contract',
      '--exclude',
      'test/live/messagePath.test.ts',
    ],
    ['npm', 'run', '--silent', 'test:brokers'],
    ['npm', 'run', '--silent', 'faults'],
  ];
  for (const [command, ...args] of runs) {
    const { status, stdout } = spawnSync(command, args, {
      env,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (status !== 0) throw new Error(`${[command, ...args].join(' ')}\n${stdout}`);
  }
  return `${runs.length} suites`;
}

const checks = {
  'bench:guard refuses a planted object spread in the emitted quote': guardRefusesASpread,
  'live, broker and fault suites with `frameTap: false`': suitesWithoutFrameTap,
  'one topic of 20 that a real RabbitMQ refuses by closing': oneTopicOf20RefusedByRabbit,
  'every decoder on ten million changed payloads': decodersAgainstProtobufjs,
  'mutated streams against the frame tap, mutated payloads against the decoders': inFull('fuzz'),
  'random machines against naive models': inFull('models'),
  'planted faults, each killed by the tests that it names': inFull('mutants'),
  'types, contract and live tests with the oldest MQTT.js': inFull('test:oldest-mqtt'),
  'a relay on a cluster of three NATS servers': inFull('test:nats'),
  'a feed at brokers that do harm': inFull('hostile'),
  'trading days with planted faults': inFull('sessions'),
  'every fault of the playbook, real ones beside a control, and healthy days': inFull('playbook'),
};

for (const [name, check] of Object.entries(checks)) {
  const begin = Date.now();
  const took = () => `${((Date.now() - begin) / 1_000).toFixed(0)} s`;
  try {
    const found = await check();
    console.log(`ok: ${name} (${took()}): ${found}`);
  } catch (error) {
    console.error(`failed: ${name} (${took()}): ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
