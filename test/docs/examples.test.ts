import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as rxjs from 'rxjs';
import { expect, test } from 'vitest';
import * as operators from '../../operators/index.js';
import * as angular from '../../src/angular/index.js';
import * as face from '../../src/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as playbook from '../../src/playbook/index.js';
import * as relay from '../../src/relay/index.js';
import * as store from '../../src/store/index.js';
import * as settrade from '../../src/settrade/index.js';
import * as testing from '../../src/testing/index.js';
import { docExamples } from '../support/docExamples.js';
import { typeErrors } from '../support/typeErrors.js';

/** Where an example's names are imported from; the first that has a name. */
const modules: readonly (readonly [string, object])[] = [
  ['rx-quotes', face],
  ['rx-quotes/operators', operators],
  ['rx-quotes/settrade', settrade],
  ['rx-quotes/metrics', metrics],
  ['rx-quotes/playbook', playbook],
  ['rx-quotes/relay', relay],
  ['rx-quotes/angular', angular],
  ['rx-quotes/store', store],
  ['rx-quotes/testing', testing],
  ['rxjs', rxjs],
];

/** Declarations that the examples assume: a reader's own code. */
const globals = `
type Observable<T> = import('rxjs').Observable<T>;
type Book = import('rx-quotes').Book;
declare const testScheduler: import('rxjs/testing').TestScheduler;
declare const hot: import('rxjs/testing').RunHelpers['hot'];
declare const expectObservable: import('rxjs/testing').RunHelpers['expectObservable'];
declare const expect: { objectContaining(part: object): unknown };
declare const venue: import('rx-quotes').Venue<Book>;
declare const feed: import('rx-quotes').QuoteFeed;
declare const fake: import('rx-quotes/testing').FakeTransport;
declare const quotes$: Observable<import('rx-quotes').Quote>;
declare const frames$: Observable<{ readonly topic: string; readonly payload: Uint8Array }>;
declare const connection$: Observable<{ readonly type: string }>;
declare const root: import('protobufjs').Root;
declare const registry: import('rx-quotes/metrics').MetricsRegistry;
declare const sink: import('rx-quotes/operators').MetricsSink;
declare function readQuote(payload: Uint8Array, topic: string): Book;
declare function decode(payload: Uint8Array): Book;
declare function log(text: string): void;
declare function store(quote: Book | import('rx-quotes').TopOfBook): Promise<void>;
declare function trade(quote: Book | import('rx-quotes').TopOfBook): void;
`;

/** The example with the imports that it needs: for names that it uses but does not declare. */
function withImports(example: string): string {
  const used = new Set(example.match(/\b[A-Za-z]\w*\b\$?/g) ?? []);
  const taken = new Set(
    [...example.matchAll(/(?:const|let) (\w+)|[(,] ?(\w+)\)? =>/g)].flatMap(([, ...names]) => names),
  );
  // Not a property of that name, nor a user's own function handed over by its name.
  const isMeant = (name: string): boolean =>
    new RegExp(`(?<![.\\w])${name.replace('$', '\\$')}(?![\\w:])`).test(example) &&
    !new RegExp(`[{,] ${name} \\}`).test(example);
  const imports = modules.map(([module, exports], at) => {
    const names = Object.keys(exports)
      .filter((name) => used.has(name) && !taken.has(name) && isMeant(name))
      .filter((name) => !modules.slice(0, at).some(([, earlier]) => name in earlier));
    return names.length === 0 ? '' : `import { ${names.join(', ')} } from '${module}';\n`;
  });
  return `${imports.join('')}${example}`;
}

test('every example in a doc comment compiles', () => {
  const files = ['operators', 'src'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  );
  const examples = files.flatMap(docExamples).map(({ name, text }) => ({ name, text: withImports(text) }));
  expect(examples.length).toBeGreaterThan(10);
  expect([...typeErrors(examples, globals)]).toEqual([]);
});
