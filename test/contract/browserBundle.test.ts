import { fileURLToPath } from 'node:url';
import { createContext, runInContext } from 'node:vm';
import { build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { defaultTransport } from '../../src/mqtt/transport/browserTransport.js';
import type { systemClock } from '../../src/model/systemClock.js';
import { startAedes } from '../support/aedesBroker.js';
import { probe, subscribeTo, until } from './openConnection.js';

const broker = await startAedes();
afterAll(broker.stop);

const source = (name: string): string => fileURLToPath(new URL(`../../src/${name}.ts`, import.meta.url));

/** The globals of a page that the sources and MQTT.js need; nothing of Node is among them. */
const page = {
  ...{
    WebSocket,
    URL,
    Blob,
    Response,
    TextEncoder,
    TextDecoder,
    MessageChannel,
    AbortController,
    AbortSignal,
    Event,
    EventTarget,
  },
  ...{ ArrayBuffer, Uint8Array, performance, queueMicrotask, setTimeout, clearTimeout, setInterval, clearInterval },
  document: { URL: 'https://page.example/' },
  navigator: { userAgent: 'test' },
};

it('the transport runs as a browser bundle without Node and where code from strings is forbidden', async () => {
  const contents = `export * from '${source('mqtt/transport/browserTransport')}'; export * from '${source('model/systemClock')}';`;
  const {
    outputFiles: [output],
    metafile,
  } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)), loader: 'ts' },
    ...{ bundle: true, platform: 'browser', format: 'iife', globalName: 'built', write: false, metafile: true },
  });
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);

  const context = createContext({ ...page }, { codeGeneration: { strings: false, wasm: false } });
  runInContext('globalThis.window = globalThis.self = globalThis', context);
  const built = runInContext(`${output?.text ?? ''}; built`, context) as {
    defaultTransport: typeof defaultTransport;
    systemClock: typeof systemClock;
  };
  const received = probe(built.defaultTransport({ clock: built.systemClock }), { url: broker.wsUrl });
  const connection = await received.opened;
  expect(await subscribeTo(connection, 'a')).toEqual([0]);
  await broker.publish('a', Uint8Array.of(1, 2, 3));
  await until(() => received.frames.length === 1, 'the frame came');
  expect([...(received.frames[0]?.payload ?? [])]).toEqual([1, 2, 3]);
  await new Promise<void>((resolve) => {
    connection.close().subscribe({ complete: resolve });
  });
  expect(received.endings).toEqual([{ type: 'complete' }]);
});
