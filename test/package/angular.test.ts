import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { installWith } from './installPackage.js';

const project = installWith('rxjs', '@angular/core');
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

test('rx-quotes/angular loads with @angular/core and without its compiler, and leaves nothing running', () => {
  const code = "console.log(Object.keys(await import('rx-quotes/angular')).join())";
  const answer = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: project,
    encoding: 'utf8',
    timeout: 30_000,
  });
  expect(answer.trim()).toBe('feedStateSignal,injectQuoteFeed,provideQuoteFeed,quoteSignal,quotesSignal');
});

/** The packages in a bundle that is made with the conditions of Angular's builder. */
async function packagesFor(platform: 'browser' | 'node'): Promise<readonly string[]> {
  const { metafile } = await build({
    stdin: { contents: "export * from 'rx-quotes'; export * from 'rx-quotes/angular';", resolveDir: project },
    ...{ absWorkingDir: project, bundle: true, format: 'esm', platform, metafile: true, write: false },
    conditions: ['es2015', 'es2020', 'module', 'production'],
  });
  const packages = Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1]);
  return [...new Set(packages.filter((name) => name !== undefined))].sort();
}

test('in a bundle of Angular’s builder the server has neither MQTT.js nor ws, and the browser has MQTT.js', async () => {
  const [server, browser] = [await packagesFor('node'), await packagesFor('browser')];
  const sockets = (name: string): boolean => name === 'mqtt' || name === 'ws';
  expect([server.filter(sockets), browser.filter(sockets)]).toEqual([[], ['mqtt']]);
});

/** The unused `@ts-expect-error` would be an error if the types came out as `any`. */
const use = `
import type { Signal } from '@angular/core';
import { fakeFeed } from 'rx-quotes/testing';
import type { JsonQuote } from 'rx-quotes';
import { injectQuoteFeed, provideQuoteFeed, quotesSignal, quoteSignal } from 'rx-quotes/angular';
import { NEVER } from 'rxjs';
export const handedIn = provideQuoteFeed(fakeFeed<JsonQuote>({ quotes: NEVER }));
export const later = provideQuoteFeed(() => Promise.resolve(fakeFeed<JsonQuote>({ quotes: NEVER })));
export const bid = (): number | undefined => quotesSignal<JsonQuote>(['A'])().get('A')?.bid;
// @ts-expect-error a quote is an object
export const wrong: Signal<number> = quoteSignal<JsonQuote>('A');
export const last = (): string | undefined => injectQuoteFeed()()?.last('A')?.symbol;
`;

test.each([
  { moduleResolution: 'nodenext', module: 'nodenext' },
  { moduleResolution: 'bundler', module: 'esnext' },
])('rx-quotes/angular has types under moduleResolution $moduleResolution, library checks on', (resolution) => {
  const file = join(project, `use.${resolution.moduleResolution}.ts`);
  writeFileSync(file, use);
  const config = join(project, `tsconfig.${resolution.moduleResolution}.json`);
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
  writeFileSync(config, JSON.stringify({ compilerOptions, files: [file] }));
  const tsc = resolve('node_modules/typescript/bin/tsc');
  const answer = ((): string => {
    try {
      return execFileSync(process.execPath, [tsc, '-p', config], { encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  })();
  expect(answer).toBe('');
});
