import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { entriesWithoutPeers } from './packageEntries.js';
import { typeErrors } from './typeErrors.js';

const everyEntry = entriesWithoutPeers()
  .map((entry, index) => `import * as entry${index} from '${entry}';\nexport const has${index} = entry${index};`)
  .join('\n');

// The unused `@ts-expect-error` would be an error if the types came out as `any`.
const oneUse = `
import type { Quote } from 'rx-quotes';
export function mid(quote: Quote): number {
  // @ts-expect-error a quote is read-only
  quote.bid = 0;
  return (quote.bid + quote.ask) / 2;
}
`;

test.concurrent.each([
  { moduleResolution: 'nodenext', module: 'nodenext' },
  { moduleResolution: 'bundler', module: 'esnext' },
])('every entry has types under moduleResolution $moduleResolution, library checks on', async (resolution) => {
  const consumer = inject('consumer');
  const file = join(consumer, `consumer.${resolution.moduleResolution}.ts`);
  writeFileSync(file, everyEntry + oneUse);
  const project = join(consumer, `tsconfig.${resolution.moduleResolution}.json`);
  const compilerOptions = {
    ...resolution,
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'ESNext.Disposable'],
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(project, JSON.stringify({ compilerOptions, files: [file] }));

  expect(await typeErrors(project)).toBe('');
});
