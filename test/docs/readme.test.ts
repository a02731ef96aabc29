import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { type Snippet, typeErrors } from '../support/typeErrors.js';

/** Declarations that the blocks assume: a reader's own code. */
const globals = `
declare function trade(symbol: string, bid: number, ask: number): void;
declare function show(symbol: string, bid: number, state: string): void;
declare function tradingHours(time: number): ReturnType<import('rx-quotes').Calendar['at']>;
declare function log(text: string): void;
declare const feed: import('rx-quotes').QuoteFeed;
declare const venue: import('rx-quotes').Venue<import('rx-quotes').Book>;
declare const simulated: import('rx-quotes/testing').SimulatedVenue;
declare const wait: typeof import('node:timers/promises').setTimeout;
declare const findings: typeof import('rx-quotes/playbook').findings;
declare const isTradable: typeof import('rx-quotes').isTradable;
declare const filter: typeof import('rxjs').filter;
declare const expect: (actual: unknown) => { toEqual(expected: unknown): void };
type Quote = import('rx-quotes').Quote;
declare function repaint(quote: Quote): void;
declare function store(quotes: Quote | readonly Quote[]): Promise<void>;
`;

const pages = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].filter((name) =>
  name.endsWith('.md'),
);

function blocksOf(page: string): Snippet[] {
  return [...readFileSync(page, 'utf8').matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text = ''], index) => ({
    name: `${page}, block ${String(index + 1)}`,
    text,
  }));
}

/** Shows that mistakes are detected. */
const mistake: Snippet = { name: 'a mistake', text: "import { isQuote } from 'rx-quotes';\nisQuote(1);\n" };

test('every block of TypeScript in the README and the documentation compiles against the sources', () => {
  const blocks = pages.flatMap(blocksOf);
  expect(blocks.map(({ name }) => name)).toContain('README.md, block 1');
  const found = typeErrors([...blocks, mistake], globals);
  expect(found.get(mistake.name)).toContain("'number' is not assignable");
  expect([...found].filter(([name]) => name !== mistake.name)).toEqual([]);
}, 120_000);
