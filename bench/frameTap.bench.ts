/**
 * PUBLISH frames from a socket to a subscriber of the transport: read by the frame tap, read by MQTT.js.
 *
 * Run with `npm run bench frameTap`. A process of its own sends the same 64 KiB of quotes again and again, as fast as they
 * are read. The ways take turns in one run, three rounds of a second each; take the ratio, not the rate.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../src/index.js';
import { defaultTransport } from '../src/mqtt/transport/node/nodeTransport.js';
import { otherPacket, publishPacket } from '../test/support/mqttPackets.js';

const quotes = Array.from({ length: 180 }, (_, index) =>
  publishPacket({
    topic: `proto/topic/bidofferv3/SYM${String(index)}`,
    payload: new Uint8Array(330).fill(index),
    qos: 0,
  }),
);
const burst = Buffer.concat(quotes).toString('base64');
const connack = otherPacket(0x20, [0, 0]).toString('base64');

/** Sends the burst to whoever connects, over TCP or WebSocket, as fast as it is taken. */
const server = `
  const burst = Buffer.from('${burst}', 'base64'), connack = Buffer.from('${connack}', 'base64');
  const tcp = require('net').createServer((socket) => {
    const go = () => { while (socket.writable && socket.write(burst)); };
    socket.on('error', () => {}).on('drain', go).once('data', () => { socket.write(connack); go(); });
  }).listen(0, '127.0.0.1', () => {
    const { WebSocketServer } = require('ws');
    const ws = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, handleProtocols: () => 'mqtt' }, () => {
      console.log(JSON.stringify([tcp.address().port, ws.address().port]));
    });
    ws.on('connection', (socket) => {
      const go = () => { if (socket.readyState === 1) socket.send(burst, go); };
      socket.on('error', () => {}).once('message', () => { socket.send(connack); go(); });
    });
  });
`;

const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
const [tcp, ws] = JSON.parse(line) as [number, number];

/** Frames a second of processor time of this process, which does nothing but read. */
async function rate(url: string, frameTap: boolean): Promise<number> {
  let frames = 0;
  const reading = defaultTransport({ clock: systemClock, frameTap })({ url }).subscribe(({ type }) => {
    if (type === 'frame') frames += 1;
  });
  await pause(300);
  const [before, started] = [frames, process.cpuUsage()];
  await pause(1_000);
  const { user, system } = process.cpuUsage(started);
  const seen = frames - before;
  reading.unsubscribe();
  return seen / ((user + system) / 1e6);
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[1] ?? NaN;
for (const [name, url] of [
  ['TCP', `mqtt://127.0.0.1:${String(tcp)}`],
  ['WebSocket', `ws://127.0.0.1:${String(ws)}`],
] as const) {
  const rates: Record<'tap' | 'plain', number[]> = { tap: [], plain: [] };
  for (let round = 0; round < 3; round++) {
    rates.plain.push(await rate(url, false));
    rates.tap.push(await rate(url, true));
  }
  const [tap, plain] = [median(rates.tap), median(rates.plain)];
  const shown = (value: number): string => `${(1e6 / value).toFixed(2)} µs`;
  console.log(
    `${name.padEnd(10)} MQTT.js ${shown(plain)} a frame, tap ${shown(tap)}: ${(tap / plain).toFixed(1)} times`,
  );
}
child.kill();
