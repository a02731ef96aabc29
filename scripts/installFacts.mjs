// Prints as Markdown what `npm install rx-quotes` brings, from package-lock.json and node_modules: `npm run generate` writes it to
// docs/security.md.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const project = JSON.parse(readFileSync('package.json', 'utf8'));

/** Where the package is that another one at `from` gets by a name: in the nearest node_modules. */
function installed(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    const path = join(folder, 'node_modules', name);
    if (path in packages) return path;
    if (folder === '') return undefined;
  }
}

const isOptionalPeer = ({ peerDependenciesMeta = {} }, name) => peerDependenciesMeta[name]?.optional === true;

/** What npm installs with a package: its dependencies, and its peers that are not optional. */
function required(manifest) {
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !isOptionalPeer(manifest, name));
  return [...Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }), ...peers];
}

/** The packages that npm installs, by their place. A dependency that is optional and not for this platform has none. */
function brought() {
  const found = new Set(['']);
  for (const path of found) {
    for (const name of required(packages[path])) {
      const place = installed(path, name);
      if (place !== undefined) found.add(place);
    }
  }
  found.delete('');
  return [...found];
}

/** The bytes of a package's files, without the packages in its own node_modules. */
function bytesOf(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => [entry.isDirectory(), join(folder, entry.name)])
    .reduce((sum, [isFolder, path]) => sum + (isFolder ? bytesOf(path) : statSync(path).size), 0);
}

function facts(path) {
  const { version, license, hasInstallScript } = packages[path];
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  return { name, version, license: license ?? 'unknown', hasInstallScript, bytes: bytesOf(path) };
}

const shown = ({ name, version, license, hasInstallScript }) =>
  `\`${name}\` ${version} (${license}${hasInstallScript ? '; it runs a script when it is installed' : ''})`;
const own = (names) => names.map((name) => shown(facts(installed('', name)))).join(', ');

const all = brought()
  .map(facts)
  .sort((one, other) => `${one.name} ${one.version}`.localeCompare(`${other.name} ${other.version}`, 'en'));
const scripted = all.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => `\`${name}\``);
if (['preinstall', 'install', 'postinstall'].some((name) => name in project.scripts)) scripted.push('`rx-quotes`');
const megabytes = (all.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1);
const peers = Object.keys(project.peerDependencies);

console.log(`- Runtime dependencies: ${own(Object.keys(project.dependencies))}.
- Required peer: ${own(peers.filter((name) => !isOptionalPeer(project, name)))}.
- Optional peers, which npm does not install: ${own(peers.filter((name) => isOptionalPeer(project, name)))}.
- \`npm install rx-quotes\` brings ${all.length} packages besides \`rx-quotes\`, with ${megabytes} MB of files.
- Packages among these and \`rx-quotes\` that run a script when they are installed: ${scripted.join(', ') || 'none'}.
- Their licences: ${[...new Set(all.map(({ license }) => license))].sort().join(', ')}.

| package | version | licence | kB |
|---|---|---|---|
${all.map(({ name, version, license, bytes }) => `| \`${name}\` | ${version} | ${license} | ${Math.round(bytes / 1000)} |`).join('\n')}`);
