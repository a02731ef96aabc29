/**
 * The arrows of the house: cli -> metrics -> playbook -> feed -> mqtt -> operators -> rxjs, and angular -> store -> feed. Every module may use `src/model/`.
 *
 * The public API is `src/index.ts` and the files beside it, which join modules. A module is a folder of `src/`. The table
 * `arrows` lists what a module may import; everything else is refused. To add an arrow, change the table and say why in
 * `docs/adr/`.
 */
const publicApi = '^src/(index|mqttVenue|jsonQuote|protobufDecoder|alwaysOpen)\\.ts$';
const model = '^src/model/';
/** Loads what only Node has, for modules that browsers may load as well. */
const nodeModule = '^src/nodeModule\\.ts$';
/** What modules may use of the operators: the public ones and what they share with the modules. */
const operators = '^operators/(support/)?[^/]+\\.ts$';
const inFolder = (name) => `^src/${name}/`;

const arrows = {
  model: [operators],
  generate: [],
  // The decoders to be generated are data beside the schemas.
  settrade: [model, operators, '^src/generate/reader\\.ts$'],
  metrics: [model, nodeModule, operators, inFolder('playbook')],
  mqtt: [model, operators],
  feed: [model, operators, inFolder('mqtt')],
  playbook: [model, operators, inFolder('mqtt'), inFolder('feed')],
  relay: [model, operators, inFolder('mqtt'), inFolder('feed')],
  store: [model, operators, inFolder('mqtt'), inFolder('feed')],
  angular: [model, operators, inFolder('mqtt'), inFolder('feed'), inFolder('store')],
  testing: [model, nodeModule, operators, inFolder('mqtt'), inFolder('feed')],
  cli: ['^src/', operators],
};

/** The arrows within a module: what a folder of it may import, besides itself and what its module may. */
const folders = {
  'mqtt/retry': [],
  'mqtt/transport': ['mqtt/retry'],
  'mqtt/subscriptions': ['mqtt/retry', 'mqtt/transport'],
  'feed/diagnostics': [],
  'feed/image': [],
  'feed/topics': ['feed/diagnostics', 'feed/image'],
  'feed/trust': ['feed/diagnostics', 'feed/image', 'feed/topics'],
  'feed/staleness': ['feed/diagnostics', 'feed/topics', 'feed/trust'],
  'feed/delivery': ['feed/diagnostics', 'feed/image', 'feed/topics', 'feed/trust'],
};

/** Modules that read what a feed hands them, and so know the types of feed and connection, never their code. */
const typesOnly = ['metrics'];

/** Who may import which package; `rxjs` is for everyone. */
const packages = {
  mqtt: '^src/(mqtt|cli)/',
  ws: '^src/(mqtt|testing|cli)/',
  protobufjs: '^src/generate/',
  'prom-client': '^src/(metrics|cli)/',
  '@angular/core': '^src/angular/',
  aedes: '^src/(testing|cli)/',
};

/** Files that end up in a browser's bundle of `.` or `./operators`. */
const browser = '^(operators/|src/[^/]+\\.ts$|src/model/|src/feed/|src/mqtt/(?!transport/node/))';

module.exports = {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'Modules that import each other can only be understood, tested and loaded together.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'Nothing imports this module and it imports nothing: it is in the wrong place, or dead.',
      severity: 'error',
      from: { orphan: true, path: '^(src|operators)/' },
      to: {},
    },
    {
      name: 'unresolvable',
      comment: 'This import leads nowhere.',
      severity: 'error',
      from: {},
      // The one import that package.json resolves by platform, into the build.
      to: { couldNotResolve: true, pathNot: '^#transport$' },
    },
    {
      name: 'operators-only-rxjs',
      comment: 'Operators are usable without the rest: rxjs and each other, nothing else.',
      severity: 'error',
      from: { path: '^operators/' },
      to: { pathNot: ['^operators/', '(^|/)node_modules/rxjs/'] },
    },
    {
      name: 'support-stands-alone',
      comment: 'support/ is shared by operators and modules: it imports no operator and nothing of internal/.',
      severity: 'error',
      from: { path: '^operators/support/' },
      to: { path: '^operators/', pathNot: '^operators/support/' },
    },
    {
      name: 'internal-for-operators-alone',
      comment: 'internal/ belongs to the operators; what src/ needs too is in support/.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^operators/internal/' },
    },
    {
      name: 'public-api-no-entries',
      comment:
        'The public API exports the feed and its types; settrade, metrics, playbook, relay, store, angular and testing are entries of their own.',
      severity: 'error',
      from: { path: publicApi },
      to: { path: '^src/', pathNot: [publicApi, model, inFolder('feed'), inFolder('mqtt')] },
    },
    {
      name: 'nobody-imports-the-public-api',
      comment: 'Inside the package the module itself is imported, or the public API would close a circle.',
      severity: 'error',
      from: { path: '^(src|operators)/', pathNot: inFolder('cli') },
      to: { path: ['^src/index\\.ts$', '^operators/index\\.ts$'] },
    },
    ...Object.entries(arrows).map(([name, allowed]) => ({
      name: `arrows-of-${name}`,
      comment: `src/${name} may import ${allowed.join(', ')} and itself.`,
      severity: 'error',
      from: { path: inFolder(name) },
      to: {
        path: '^(src|operators)/',
        pathNot: [inFolder(name), ...allowed],
        ...(typesOnly.includes(name) ? { dependencyTypesNot: ['type-only'] } : {}),
      },
    })),
    ...Object.entries(folders).map(([name, allowed]) => ({
      name: `folder-${name.replace('/', '-')}`,
      comment: `src/${name} may import ${allowed.join(', ') || 'no other folder of its module'}.`,
      severity: 'error',
      from: { path: inFolder(name) },
      to: {
        path: inFolder(name.split('/')[0]),
        pathNot: [inFolder(name), ...allowed.map(inFolder)],
        dependencyTypesNot: ['type-only'],
      },
    })),
    ...typesOnly.map((name) => ({
      name: `types-of-${name}`,
      comment: `src/${name} may use what a feed reports of itself, as types, and the findings; nothing of other modules.`,
      severity: 'error',
      from: { path: inFolder(name) },
      to: {
        path: '^src/',
        pathNot: [inFolder(name), model, nodeModule, ...['feed', 'mqtt', 'playbook'].map(inFolder)],
      },
    })),
    ...Object.entries(packages).map(([name, from]) => ({
      name: `package-${name}`,
      comment: `${name} is a matter of ${from}; everyone else takes it through a port.`,
      severity: 'error',
      from: { path: '^(src|operators)/', pathNot: from },
      to: { path: `(^|/)node_modules/${name}/` },
    })),
    {
      name: 'no-node-in-a-browser',
      comment: 'The feed and the operators run in browsers; what only Node has goes through a port.',
      severity: 'error',
      from: { path: browser },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'nothing-from-outside',
      comment: 'Tests, examples and benchmarks look at the sources, never the other way round.',
      severity: 'error',
      from: { path: '^(src|operators)/' },
      to: { path: '^(test|examples|bench|scripts|dist)/' },
    },
    {
      name: 'examples-as-users',
      comment: 'An example may use what a user may use.',
      severity: 'error',
      from: { path: '^examples/' },
      to: { path: ['^operators/(internal|support)/', '^src/(feed|mqtt|cli)/', '^test/'] },
    },
    {
      name: 'declared-packages',
      comment: 'A package that is used is a dependency or a peer in package.json.',
      severity: 'error',
      from: { path: '^(src|operators)/', pathNot: inFolder('cli') },
      // An optional peer is reported as undeclared besides.
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
    },
    {
      name: 'no-development-packages',
      comment: 'What is shipped can not need what is only installed for development.',
      severity: 'error',
      from: { path: '^(src|operators)/', pathNot: inFolder('cli') },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.tmp|examples/(angular|react))/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
