import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectConfiguration, type ViteUserConfig } from 'vitest/config';

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

const unit: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'unit',
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/angular-app/**',
      'test/brokers/**',
      'test/browser/**',
      'test/interop/**',
      'test/nats/**',
      'test/oldest-mqtt/**',
      'test/package/**',
      'test/promtool/**',
      'test/react/**',
    ],
  },
};

/** In full what `unit` runs a part of: random machines, random payloads, and every bit of the recorded ones. */
const models: TestProjectConfiguration = {
  extends: true,
  test: {
    name: 'models',
    include: [
      'test/models/**/*.test.ts',
      'test/feed/conservation*.test.ts',
      'test/relay/machine.test.ts',
      'test/settrade/decodeBidOfferV3.damage.test.ts',
      'test/generate/differential.test.ts',
    ],
    env: { RXQ_MODELS: 'full' },
    testTimeout: 120_000,
  },
};

/** What speaks MQTT over sockets, with the oldest MQTT.js that package.json allows. */
const oldestMqtt: TestProjectConfiguration = {
  resolve: {
    alias: [
      { find: '#transport', replacement: fromRoot('./src/mqtt/transport/node/nodeTransport.ts') },
      { find: /^mqtt$/, replacement: 'mqtt-5.14' },
    ],
  },
  test: {
    name: 'oldest-mqtt',
    include: [
      'test/oldest-mqtt/**/*.test.ts',
      'test/contract/**/*.test.ts',
      'test/live/**/*.test.ts',
      'test/brokers/mosquitto.test.ts',
    ],
    // esbuild bundles these with the newest MQTT.js: they would prove nothing.
    exclude: ['test/contract/browserBundle.test.ts', 'test/live/exit.test.ts'],
    hookTimeout: 60_000,
    testTimeout: 60_000,
    maxWorkers: '100%',
  },
};

/** The packed tarball, which has a transport of its own: the sources' is not put in its place. */
const packed: TestProjectConfiguration = {
  test: {
    name: 'package',
    include: ['test/package/**/*.test.ts'],
    globalSetup: ['test/package/installPackage.ts'],
    // Some install hundreds of packages, and remove them again.
    hookTimeout: 300_000,
    testTimeout: 180_000,
  },
};

/** A folder of tests that need something installed besides Node. */
const folder = (name: string, test: NonNullable<ViteUserConfig['test']> = {}): TestProjectConfiguration => ({
  extends: true,
  test: { name, include: [`test/${name}/**/*.test.ts`], ...test },
});

/** Run without `--project`, only `unit` runs: others need brokers, browsers or a packed tarball. */
const byDefault = { project: 'unit' };

const config: ViteUserConfig = defineConfig({
  resolve: {
    // The sources, not the build: the same choice that package.json "imports" makes for users, and `RXQ_FRAME_TAP=off` changes it.
    alias: { '#transport': fromRoot('./test/support/transportOfRun.ts') },
  },
  test: {
    testTimeout: 20_000,
    // By default one core is left idle, which is half of a small machine.
    maxWorkers: '100%',
    ...byDefault,
    projects: [
      unit,
      models,
      oldestMqtt,
      packed,
      folder('brokers', { hookTimeout: 60_000, testTimeout: 60_000 }),
      // A browser has several processes of its own.
      folder('browser', { hookTimeout: 120_000, testTimeout: 120_000, fileParallelism: false }),
      folder('nats', { hookTimeout: 600_000, testTimeout: 60_000 }),
      folder('interop', { hookTimeout: 300_000, testTimeout: 60_000 }),
      folder('promtool'),
      // The servers and the page are in processes of their own; the build takes a minute.
      folder('angular-app', {
        globalSetup: ['test/angular-app/buildExample.ts'],
        hookTimeout: 120_000,
        testTimeout: 120_000,
        fileParallelism: false,
      }),
      folder('react', {
        globalSetup: ['test/react/buildExample.ts'],
        hookTimeout: 120_000,
        testTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
});

export default config;
