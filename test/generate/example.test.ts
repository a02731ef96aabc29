import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { decoderFor } from '../../src/generate/schemaFile.js';

// `npm run generate` writes the file.
test('the decoder of examples/own-decoder is the output of rx-quotes generate for its schema', async () => {
  const text = await decoderFor('examples/own-decoder/quotes.proto', 'Quote');
  const biome = ['node_modules/@biomejs/biome/bin/biome', 'format', '--stdin-file-path=quote.ts'];
  const formatted = execFileSync(process.execPath, biome, { input: text, encoding: 'utf8' });
  await expect(formatted).toMatchFileSnapshot('../../examples/own-decoder/quote.ts');
});
