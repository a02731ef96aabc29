import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { expect, inject, test } from 'vitest';

test('startSimulatedVenue names the package to install if aedes is missing', () => {
  const code = `
    const { startSimulatedVenue } = await import('rx-quotes/testing');
    await startSimulatedVenue().catch((error) => console.log(error.message));
  `;
  const options = { cwd: inject('consumer'), encoding: 'utf8', timeout: 30_000 } as const;
  const said = execFileSync(process.execPath, ['--input-type=module', '--eval', code], options);
  expect(said).toBe('startSimulatedVenue needs the optional peer aedes: npm install --save-dev aedes\n');
});

test('rx-quotes/testing bundles for tests that run in a browser', async () => {
  const { metafile, warnings } = await build({
    stdin: { contents: "export * from 'rx-quotes/testing';", resolveDir: inject('consumer') },
    absWorkingDir: inject('consumer'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  expect(warnings).toEqual([]);
  expect(Object.values(metafile.outputs).flatMap((output) => output.imports)).toEqual([]);
});
