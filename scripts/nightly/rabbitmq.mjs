// A real RabbitMQ with its MQTT plugin, on free loopback ports, with its data in a directory of its own.
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** The server itself. The one in /usr/sbin becomes another user, and reads the machine's own settings. */
const servers = ['/usr/lib/rabbitmq/bin/rabbitmq-server', '/opt/rabbitmq/sbin/rabbitmq-server'];
const START_LIMIT = 90_000;

const username = 'trader';
const password = 'correct horse';

async function freePorts(count) {
  const taken = Array.from({ length: count }, () => createServer());
  const ports = await Promise.all(
    taken.map((server) => new Promise((done) => server.listen(0, '127.0.0.1', () => done(server.address().port)))),
  );
  await Promise.all(taken.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** The account may read every topic but one: RabbitMQ closes the connection that subscribes to it. */
function definitions(refusedTopic) {
  const salt = randomBytes(4);
  const hash = createHash('sha256').update(salt).update(password).digest();
  // A topic of MQTT is a routing key, with dots for its slashes.
  const key = refusedTopic.replaceAll('/', '.').replaceAll('.', '\\.');
  const all = { user: username, vhost: '/' };
  return JSON.stringify({
    users: [
      {
        name: username,
        password_hash: Buffer.concat([salt, hash]).toString('base64'),
        hashing_algorithm: 'rabbit_password_hashing_sha256',
        tags: [],
      },
    ],
    vhosts: [{ name: '/' }],
    permissions: [{ ...all, configure: '.*', write: '.*', read: '.*' }],
    topic_permissions: [{ ...all, exchange: 'amq.topic', write: '.*', read: `^(?!${key}$).*` }],
  });
}

const accepts = (port) =>
  new Promise((done) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      done(true);
    }).once('error', () => done(false));
  });

const isGone = (child) => child.exitCode !== null || child.signalCode !== null;

/** Ends a child and what it has started: each leads a process group of its own, and nothing of it is kept. */
async function end(child) {
  if (isGone(child)) return;
  const exited = new Promise((done) => child.once('exit', done));
  process.kill(-child.pid, 'SIGKILL');
  await exited;
}

/** Starts the server; throws when it is missing or does not start. */
export async function startRabbit(refusedTopic) {
  const binary = servers.find((path) => existsSync(path));
  if (binary === undefined)
    throw new Error(`rabbitmq-server is not at ${servers.join(' or ')}: on Debian, apt-get install rabbitmq-server`);
  const directory = mkdtempSync(join(tmpdir(), 'rx-quotes-rabbitmq-'));
  const [amqp, mqtt, distribution, names] = await freePorts(4);
  const file = (name, text) => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };
  const settings = [
    `listeners.tcp.1 = 127.0.0.1:${amqp}`,
    `mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}`,
    'mqtt.allow_anonymous = false',
    `load_definitions = ${file('definitions.json', definitions(refusedTopic))}`,
    'log.console = true',
    'log.file = false',
    '',
  ].join('\n');
  mkdirSync(join(directory, 'home'));
  const env = {
    PATH: process.env.PATH,
    HOME: join(directory, 'home'),
    // The daemon that Erlang would start to find its nodes outlives it, and listens everywhere: ours is a child.
    ERL_EPMD_PORT: String(names),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_NODENAME: `rx-quotes-${process.pid}@localhost`,
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', settings),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('plugins', '[rabbitmq_mqtt].\n'),
    RABBITMQ_MNESIA_BASE: join(directory, 'data'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: join(directory, 'pid'),
  };
  let said = '';
  const start = (program, args) => {
    const child = spawn(program, args, { env, cwd: directory, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    child.once('error', (error) => (said += String(error)));
    for (const output of [child.stdout, child.stderr])
      output.on('data', (text) => (said = (said + text).slice(-8_000)));
    return child;
  };
  const children = [start('epmd', ['-port', String(names), '-address', '127.0.0.1']), start(binary, [])];
  const server = children[1];
  const stop = async () => {
    for (const child of children.toReversed()) await end(child);
    rmSync(directory, { recursive: true, force: true });
  };
  for (const until = Date.now() + START_LIMIT; !(await accepts(mqtt)); await pause(250)) {
    if (Date.now() < until && !isGone(server)) continue;
    await stop();
    throw new Error(`${binary} does not start: ${said}`);
  }
  return { url: `mqtt://127.0.0.1:${mqtt}`, username, password, stop };
}
