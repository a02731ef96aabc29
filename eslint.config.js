import { defineConfig } from 'eslint/config';
import rxjsX from 'eslint-plugin-rxjs-x';
import tsdoc from 'eslint-plugin-tsdoc';
import tseslint from 'typescript-eslint';

/** The only files that touch the machine's own time and chance; everything else is handed a `Clock` or a scheduler. */
const adapters = [
  'src/model/systemClock.ts',
  'src/playbook/processUse.ts',
  'src/store/screen.ts',
  'operators/ioScheduler.ts',
  'operators/internal/chance.ts',
];

/** Operators of RxJS that fall back to the real clock, and how many arguments they have once a scheduler is among them. */
const timeArguments = {
  auditTime: 2,
  debounceTime: 2,
  delay: 2,
  interval: 2,
  sampleTime: 2,
  throttleTime: 2,
  timeInterval: 1,
  timer: 2,
  timestamp: 1,
};

const language = [
  { selector: 'TSEnumDeclaration', message: 'No enums: a union of strings says the same and is erased.' },
  { selector: 'ExportDefaultDeclaration', message: 'No default exports: a name is the same wherever it is imported.' },
  {
    selector: 'ExportSpecifier[exported.name="default"]',
    message: 'No default exports: a name is the same wherever it is imported.',
  },
];

const realTime = [
  ...Object.entries(timeArguments).map(([name, count]) => ({
    selector: `CallExpression[callee.name="${name}"][arguments.length<${String(count)}]`,
    message: `${name}() without a scheduler runs on the real clock: pass one.`,
  })),
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'The time comes from a Clock.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'The time comes from a Clock.' },
];

const timers = ['setTimeout', 'setInterval', 'setImmediate'];

const timeModules = ['timers', 'timers/promises', 'perf_hooks']
  .flatMap((name) => [name, `node:${name}`])
  .map((name) => ({ name, message: 'Time comes from a Clock or a scheduler that is handed in.' }));

/** Lint bans of `Date.now` and the like, by each of the ways a name can be reached. */
const injectedTimeAndChance = {
  'no-restricted-globals': [
    'error',
    ...timers.map((name) => ({ name, message: 'Timers come from a scheduler that is handed in.' })),
    { name: 'performance', message: 'The time comes from a Clock.' },
    { name: 'globalThis', message: 'What only the machine has is reached for in the adapter files alone.' },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: 'The time comes from a Clock.' },
    { object: 'Math', property: 'random', message: 'Chance comes from a source that is handed in.' },
    { object: 'crypto', property: 'getRandomValues', message: 'Chance comes from a source that is handed in.' },
    { object: 'crypto', property: 'randomUUID', message: 'Chance comes from a source that is handed in.' },
    { object: 'process', property: 'hrtime', message: 'The time comes from a Clock.' },
    ...['globalThis', 'window', 'self', 'global'].flatMap((object) =>
      [...timers, 'performance'].map((property) => ({ object, property, message: 'Handed in, never reached for.' })),
    ),
  ],
  'no-restricted-imports': ['error', { paths: timeModules }],
};

export default defineConfig(
  // The example's decoder is as the command writes it for users, with a comment that switches their linter off. The Angular
  // application and the React page have packages and compiler settings of their own.
  {
    ignores: [
      'dist/',
      'coverage/',
      '.tmp/',
      'node_modules/',
      'test/golden/',
      'examples/own-decoder/quote.ts',
      'examples/angular/',
      'examples/react/',
    ],
  },
  // A rule is changed here, with its reason, or kept: comments in the code switch nothing off.
  { linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, rxjsX.configs.strict],
    plugins: { tsdoc },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'tsdoc/syntax': 'error',
      'no-restricted-syntax': ['error', ...language],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': false, 'ts-expect-error': true },
      ],
      // `() => subscriber.complete()` is how callbacks are written; a void result used as a value is still refused.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // A number in a message reads as itself; objects, null and undefined do not and stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Between two looks at `closed` a callback may have run; the compiler still holds the first answer, and the rule
      // would have the second look, which re-entrancy needs, removed.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // What a stream errored with goes on as it came, and that is `unknown`.
      'rxjs-x/throw-error': ['error', { allowThrowingAny: false, allowThrowingUnknown: true }],
      '@typescript-eslint/only-throw-error': [
        'error',
        { allowThrowingAny: false, allowThrowingUnknown: true, allowRethrowing: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['operators/**/*.ts', 'src/**/*.ts'],
    rules: { 'no-console': 'error', eqeqeq: 'error' },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // Rooms subscribe to timers and to sources that never error by contract. Were a contract broken, RxJS has to
      // report it as unhandled; the empty handler this rule asks for would swallow it. Operators have no such sources.
      'rxjs-x/no-ignored-error': 'off',
    },
  },
  {
    files: ['operators/**/*.ts', 'src/**/*.ts'],
    ignores: adapters,
    rules: { ...injectedTimeAndChance, 'no-restricted-syntax': ['error', ...language, ...realTime] },
  },
  {
    // Operators default to a scheduler of RxJS, as RxJS's own do; a feed has a clock and no default.
    files: ['src/**/*.ts'],
    ignores: adapters,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...timeModules,
            {
              name: 'rxjs',
              importNames: ['asyncScheduler', 'asapScheduler', 'animationFrameScheduler', 'animationFrames'],
              message: 'A scheduler comes from a Clock.',
            },
          ],
        },
      ],
    },
  },
  {
    // Written by the generator, which checks every place in a message before a byte of it is read.
    files: ['src/{settrade,relay}/generated/*.ts'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // The user names the type of the messages: a schema that is loaded at run time has none.
    files: ['src/protobufDecoder.ts'],
    rules: { '@typescript-eslint/no-unnecessary-type-parameters': 'off' },
  },
  {
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts'],
    rules: {
      // A missing element fails the test that reads it; a guard would only hide where.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Matchers such as `expect.objectContaining` are typed `any`.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // Doubles of asynchronous ports have nothing to wait for, and empty bodies.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // Wrong arguments are the subject of a test.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      // Doubles are object literals and closures; no `this` gets lost.
      '@typescript-eslint/unbound-method': 'off',
      // A source that is empty against its promise rejects, and the test fails with it.
      'rxjs-x/no-ignored-default-value': 'off',
      // An error nobody handles fails the run: nothing is ignored.
      'rxjs-x/no-ignored-error': 'off',
      // Tests throw what is not an Error on purpose, and hand out subjects as sources.
      '@typescript-eslint/only-throw-error': 'off',
      'rxjs-x/throw-error': 'off',
      'rxjs-x/no-exposed-subjects': 'off',
      // Sources that speak after their end are the subject of a test.
      'rxjs-x/no-redundant-notify': 'off',
    },
  },
  {
    // Angular's injectors implement `Injector` without extending it.
    files: ['test/angular/**/*.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off' },
  },
  {
    files: ['*.config.ts'],
    rules: { 'no-restricted-syntax': ['error', ...language.filter(({ selector }) => !selector.startsWith('Export'))] },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    extends: [tseslint.configs.strict],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
