// Writes or checks `etc/<entry>.api.md`: the public API of every entry, so that a change of it shows in the diff.
// `node scripts/apiReports.mjs` fails when a report differs from the build; `--update` writes the reports.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Extractor, ExtractorConfig, CompilerState } from '@microsoft/api-extractor';

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

const template = ExtractorConfig.loadFile(resolve('api-extractor.json'));
const prepared = entries.map(({ report, declarations }) =>
  ExtractorConfig.prepare({
    configObject: {
      ...template,
      mainEntryPointFilePath: declarations,
      apiReport: { ...template.apiReport, reportFileName: report },
    },
    configObjectFullPath: resolve('api-extractor.json'),
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
for (const [index, config] of prepared.entries()) {
  const { report } = entries[index];
  const result = Extractor.invoke(config, {
    localBuild: update,
    compilerState,
    messageCallback(message) {
      // What it says of the report's file is said below; findings in the sources are printed as they come.
      if (message.category === 'console' && message.logLevel !== 'error') message.handled = true;
    },
  });
  if (result.errorCount > 0) fail(`etc/${report}: ${result.errorCount} errors`);
  const text = readFileSync(join(temporary, report), 'utf8');
  if (/^\/\/ @public \(undocumented\)$/m.test(text)) fail(`etc/${report}: an export has no doc comment`);
  if (!result.apiReportChanged) console.log(`etc/${report}: unchanged`);
  else if (update) console.log(`etc/${report}: written`);
  else {
    fail(`etc/${report}: DIFFERS from the build`);
    const committed = join(folder, report);
    const files = [existsSync(committed) ? committed : '/dev/null', join(temporary, report)];
    spawnSync('git', ['--no-pager', 'diff', '--no-index', ...files], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
}

const known = new Set(entries.map(({ report }) => report));
for (const stray of readdirSync(folder).filter((name) => name.endsWith('.api.md') && !known.has(name))) {
  if (update) rmSync(join(folder, stray));
  else fail(`etc/${stray} belongs to no entry`);
}
if (failed && !update) console.error('If the change is meant, run `npm run api` and commit the reports.');
process.exitCode = failed ? 1 : 0;
