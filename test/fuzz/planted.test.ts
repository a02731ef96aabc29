import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { type PlantedFault, plantedFaults } from './plantedFaults.js';

/** Bundles the program of `npm run fuzz` with a fault in one of its sources. */
async function plantedProgram({ file, find, replace }: PlantedFault, outfile: string): Promise<void> {
  const path = resolve(file);
  const sound = readFileSync(path, 'utf8');
  expect(sound.split(find), `${file} has ${JSON.stringify(find)} once`).toHaveLength(2);
  const contents = sound.replace(find, () => replace);
  await build({
    entryPoints: ['test/fuzz/main.ts'],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outfile,
    logLevel: 'error',
    plugins: [
      {
        name: 'fault',
        setup: (setup) => {
          setup.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
            loaded === path ? { contents, loader: 'ts' } : null,
          );
        },
      },
    ],
  });
}

describe('the fuzz finds a planted fault:', () => {
  it.each(plantedFaults.map((fault, index) => ({ ...fault, index })))(
    '$name',
    { timeout: 60_000 },
    async ({ index, ...fault }) => {
      const outfile = `.tmp/fuzz/planted${index}.mjs`;
      await plantedProgram(fault, outfile);
      const args = [outfile, '--quick', '--only', fault.target, '--seed', '1'];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
      const line = stdout.split('\n').find((one) => one.includes('FAILED'));
      expect(line, stdout + stderr).toMatch(fault.found);
      expect(line).toMatch(/FAILED in round \d+/);
      expect(stdout).toMatch(/^seed 1\n/);
      expect(stdout).toMatch(/\n[0-9a-f]+\nrepeat it with `npm run fuzz -- --only \w+ --seed 1 --round \d+`\n$/);
      expect(status).toBe(1);
    },
  );
});
