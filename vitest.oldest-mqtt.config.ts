import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** What speaks MQTT over sockets, with the oldest MQTT.js that package.json allows. */
const config: ViteUserConfig = defineConfig({
  resolve: {
    alias: [
      {
        find: '#transport',
        replacement: fileURLToPath(new URL('./src/mqtt/transport/node/nodeTransport.ts', import.meta.url)),
      },
      { find: /^mqtt$/, replacement: 'mqtt-5.14' },
    ],
  },
  test: {
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
});

export default config;
