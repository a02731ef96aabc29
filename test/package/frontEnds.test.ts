import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { afterAll, expect, test } from 'vitest';
import { installWith } from './installPackage.js';
import { typeErrors } from './typeErrors.js';

const react = ['react@19.3.1', 'react-dom@19.3.1', '@types/react@19.3.3'];
const project = installWith('rxjs', ...react, 'svelte@5.57.3', 'vue@3.5.45');
afterAll(() => {
  rmSync(project, { recursive: true, force: true });
});

const blocks = [...readFileSync('docs/front-ends.md', 'utf8').matchAll(/^```tsx?\n([\s\S]*?)^```/gm)];
const files = ['feed.ts', 'Prices.tsx', 'svelte.ts', 'vue.ts', 'App.tsx'];
for (const [index, name] of files.entries()) writeFileSync(join(project, name), blocks[index]?.[1] ?? '');

test('the code of docs/front-ends.md for React, Svelte and Vue has no type error under strict', async () => {
  expect(blocks).toHaveLength(files.length);
  const compilerOptions = {
    ...{ module: 'esnext', moduleResolution: 'bundler', target: 'ES2022', jsx: 'react-jsx', types: [] },
    ...{ lib: ['ES2023', 'DOM', 'DOM.Iterable', 'ESNext.Disposable'], strict: true, skipLibCheck: true, noEmit: true },
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  expect(await typeErrors(project)).toBe('');
});

/** Renders prices with each framework's code on a server, with stores that count their subscriptions. */
const rendering = `
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createSSRApp, h } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import { quotes } from './feed';
import Prices from './Prices';
import { fromStore } from './svelte';
import { useStore } from './vue';

const vue = createSSRApp({
  setup() {
    const newest = useStore(quotes);
    return () => h('p', String(newest.value.size));
  },
});
const rendered = [renderToString(createElement(Prices)), await renderVue(vue), fromStore(quotes).current.size];
console.log(JSON.stringify({ rendered, subscriptions: quotes.subscriptions }));
`;
const countingFeed = `
const counting = (value) => {
  const store = { subscriptions: 0, getSnapshot: () => value, getServerSnapshot: () => value };
  store.subscribe = () => {
    store.subscriptions += 1;
    return () => {};
  };
  return store;
};
export const symbols = ['AOT'];
export const quotes = counting(new Map());
export const connection = counting({ status: 'idle', since: 0 });
`;

const withCountingFeed: Plugin = {
  name: 'counting feed',
  setup: (plugins) => {
    plugins.onLoad({ filter: /feed\.ts$/ }, () => ({ contents: countingFeed, loader: 'js' }));
  },
};

test('the code of docs/front-ends.md for React, Svelte and Vue renders on a server and subscribes to nothing there', async () => {
  await build({
    stdin: { contents: rendering, resolveDir: project },
    absWorkingDir: project,
    plugins: [withCountingFeed],
    outfile: join(project, 'rendering.mjs'),
    ...{ bundle: true, platform: 'node', packages: 'external', format: 'esm', jsx: 'automatic', logLevel: 'silent' },
  });
  const output = execFileSync(process.execPath, ['rendering.mjs'], { cwd: project, encoding: 'utf8' });
  expect(JSON.parse(output)).toEqual({
    rendered: [
      '<p role="status">Not connected: nothing is subscribed to.</p><ul><li>AOT<!-- --> <s></s> </li></ul>',
      '<p>0</p>',
      0,
    ],
    subscriptions: 0,
  });
});
