// Writes or checks `etc/<entry>.api.md`: the public API of every entry, so that a change of it shows in the diff.
// `node scripts/apiReports.mjs` fails when a report differs from the build, when an entry has more names than it may, when two
// entries export the same name, when an export or a member of one has no doc comment, and when a type of a public signature is exported by no entry.
// `--update` writes the reports.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig, CompilerState } from '@microsoft/api-extractor';

/** The most names that an entry may export, by its report. */
const mostNames = {
  index: 60,
  operators: 26,
  metrics: 11,
  playbook: 6,
  relay: 8,
  settrade: 9,
  angular: 8,
  store: 5,
  testing: 22,
};

/** What two entries export: bundlers put all of a main entry that two chunks import into the first one. */
const inTwoEntries = ['isTradable'];

const update = process.argv.includes('--update');
const folder = resolve('etc');
const temporary = resolve('.tmp/api');
mkdirSync(temporary, { recursive: true });
mkdirSync(folder, { recursive: true });

const entries = Object.entries(JSON.parse(readFileSync('package.json', 'utf8')).exports)
  .filter(([, target]) => target.endsWith('.js'))
  .map(([name, target]) => ({
    report: `${name === '.' ? 'index' : name.slice(2)}.api.md`,
    declarations: resolve(target.replace(/\.js$/, '.d.ts')),
  }));

const template = ExtractorConfig.loadFile(resolve('config/api-extractor.json'));
const prepared = entries.map(({ report, declarations }) =>
  ExtractorConfig.prepare({
    configObject: {
      ...template,
      mainEntryPointFilePath: declarations,
      apiReport: { ...template.apiReport, reportFileName: report },
    },
    configObjectFullPath: resolve('config/api-extractor.json'),
    packageJsonFullPath: resolve('package.json'),
  }),
);

let failed = false;
const fail = (message) => {
  failed = true;
  console.error(message);
};

// One program for all entries: reading the compiler's own declarations is most of the time.
const compilerState = CompilerState.create(prepared[0], {
  additionalEntryPoints: entries.slice(1).map(({ declarations }) => declarations),
});
/** The entry of each exported name. */
const exportedBy = new Map();
/** Types of public signatures that their own entry does not export, by report. */
const notExported = [];
for (const [index, config] of prepared.entries()) {
  const { report } = entries[index];
  const result = Extractor.invoke(config, {
    localBuild: update,
    compilerState,
    messageCallback(message) {
      // What it says of the report's file is said below; findings in the sources are printed as they come.
      if (message.category === 'console' && message.logLevel !== 'error') message.handled = true;
      if (message.messageId !== 'ae-forgotten-export') return;
      // Checked below: another entry may export it.
      message.handled = true;
      notExported.push({ report, name: /^The symbol "(\w+)"/.exec(message.text)?.[1], path: message.sourceFilePath });
    },
  });
  if (result.errorCount > 0) fail(`etc/${report}: ${result.errorCount} errors`);
  const text = readFileSync(join(temporary, report), 'utf8');
  if (text.includes('(undocumented)')) fail(`etc/${report}: an export, or a member of one, has no doc comment`);
  const names = [...text.matchAll(/^export (?:abstract |declare )*(?:class|const|function|interface|type) (\w+)/gm)];
  for (const name of new Set(names.map(([, name]) => name))) {
    if (inTwoEntries.includes(name) && exportedBy.has(name)) continue;
    if (exportedBy.has(name)) fail(`etc/${report}: ${name} is exported by ${exportedBy.get(name)}, too`);
    exportedBy.set(name, report);
  }
  const count = [...exportedBy.values()].filter((by) => by === report).length;
  const most = mostNames[report.replace('.api.md', '')] ?? 0;
  if (count > most) fail(`etc/${report}: ${count} names, at most ${most}`);
  if (!result.apiReportChanged) console.log(`etc/${report}: unchanged`);
  else if (update) console.log(`etc/${report}: written`);
  else {
    fail(`etc/${report}: DIFFERS from the build`);
    const committed = join(folder, report);
    const files = [existsSync(committed) ? committed : '/dev/null', join(temporary, report)];
    spawnSync('git', ['--no-pager', 'diff', '--no-index', ...files], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

for (const { report, name, path } of notExported) {
  if (!exportedBy.has(name)) fail(`etc/${report}: no entry exports ${name}, which is in a public signature (${path})`);
}

const known = new Set(entries.map(({ report }) => report));
for (const stray of readdirSync(folder).filter((name) => name.endsWith('.api.md') && !known.has(name))) {
  if (update) rmSync(join(folder, stray));
  else fail(`etc/${stray} belongs to no entry`);
}
if (failed && !update) console.error('If the change is meant, run `npm run api` and commit the reports.');
process.exitCode = failed ? 1 : 0;
