import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  plugins: [react()],
  // The chunk of the feed has MQTT.js, and comes after the page.
  build: { chunkSizeWarningLimit: 600 },
});
