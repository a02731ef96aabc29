import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { build, transform, type Metafile } from 'esbuild';
import { expect, inject, test } from 'vitest';

/** Bundles all that an entry exports, or some names, for a browser, as an application would. */
async function bundle(entry: string, names = '*'): Promise<{ readonly metafile: Metafile; readonly code: string }> {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export ${names} from '${entry}';`, resolveDir: inject('consumer') },
    absWorkingDir: inject('consumer'),
    bundle: true,
    format: 'esm',
    platform: 'browser',
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  return { metafile, code: outputFiles.map(({ text }) => text).join('\n') };
}

const ours = (path: string): boolean => path.includes('node_modules/rx-quotes/');

/** Code made from strings: what a page under `script-src 'self'` refuses to run. */
const madeFromStrings = /\beval\s*\(|\bFunction\s*\(/;

const entries = ['rx-quotes', 'rx-quotes/operators', 'rx-quotes/store'];

test.each(entries)(
  '%s bundles for a browser and imports nothing at run time, also no built-in of Node',
  async (entry) => {
    const { metafile } = await bundle(entry);
    const left = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
    expect(left).toEqual([]);

    const wanted = Object.entries(metafile.inputs)
      .filter(([path]) => ours(path))
      .flatMap(([, input]) => input.imports.map(({ original }) => original ?? ''))
      .filter((name) => name.startsWith('node:') || builtinModules.includes(name));
    expect(wanted).toEqual([]);
  },
);

test.each(entries)('%s has no code of this package that is made from strings', async (entry) => {
  const { metafile } = await bundle(entry);
  const files = Object.keys(metafile.inputs).filter(ours);
  expect(files).not.toEqual([]);
  for (const file of files) {
    const { code } = await transform(readFileSync(join(inject('consumer'), file), 'utf8'), { legalComments: 'none' });
    expect(code, file).not.toMatch(madeFromStrings);
  }
});

test.each(entries)('%s loads if code made from strings is forbidden, as under script-src self', async (entry) => {
  const { code } = await bundle(entry);
  const file = join(inject('consumer'), 'bundle.mjs');
  // MQTT.js reads this of a browser when it is loaded.
  writeFileSync(file, `globalThis.navigator ??= { language: 'en' };\n${code}`);
  const answer = execFileSync(
    process.execPath,
    [
      '--disallow-code-generation-from-strings',
      '--input-type=module',
      '--eval',
      `console.log(Object.keys(await import('./bundle.mjs')).length > 0);
       try { new Function(''); } catch ({ name }) { console.log(name); }`,
    ],
    { cwd: inject('consumer'), encoding: 'utf8', timeout: 30_000 },
  );
  expect(answer).toBe('true\nEvalError\n');
});

test('rx-quotes/operators has no code made from strings at all, including rxjs', async () => {
  const { code } = await bundle('rx-quotes/operators');
  expect(code).not.toMatch(madeFromStrings);
});

/** The packages with code in a bundle. */
function packagesIn({ outputs }: Metafile): readonly (string | undefined)[] {
  const paths = Object.values(outputs)
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([path, { bytesInOutput }]) => bytesInOutput > 0 && path.includes('node_modules/'))
    .map(([path]) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(paths)].sort();
}

test('a bundle of quoteFeed has MQTT.js', async () => {
  expect(packagesIn((await bundle('rx-quotes', '{ quoteFeed }')).metafile)).toContain('mqtt');
});

test.each([
  ['rx-quotes', '{ isTradable }', ['rx-quotes']],
  ['rx-quotes', '{ jsonQuote }', ['rx-quotes']],
  ['rx-quotes/store', '{ describe }', ['rx-quotes', 'rxjs', 'tslib']],
  ['rx-quotes/store', '*', ['rx-quotes', 'rxjs', 'tslib']],
  ['rx-quotes/operators', '*', ['rx-quotes', 'rxjs', 'tslib']],
])('a bundle of %s %s has no code of MQTT.js, of sockets or of protobuf', async (entry, names, packages) => {
  expect(packagesIn((await bundle(entry, names)).metafile)).toEqual(packages);
});
