import { resolve } from 'node:path';
import ts from 'typescript';

/** A piece of TypeScript that is nowhere on disk. */
export interface Snippet {
  /** Where it came from, for messages; unique. */
  readonly name: string;
  readonly text: string;
}

/** The project's own compiler options; what is written is nothing. */
function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: object };
  };
  const { options, errors } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
  if (errors.length > 0) throw new Error(ts.formatDiagnostics(errors, formatHost));
  // Snippets are read, not kept: what they leave unused is theirs.
  return { ...options, noEmit: true, noUnusedLocals: false, noUnusedParameters: false, isolatedDeclarations: false };
}

const formatHost: ts.FormatDiagnosticsHost = {
  getCanonicalFileName: (path) => path,
  getCurrentDirectory: () => process.cwd(),
  getNewLine: () => '\n',
};

/** The errors of `tsc` in snippets that import the package by name, by snippet; `globals` declares their free variables. */
export function typeErrors(snippets: readonly Snippet[], globals: string): ReadonlyMap<string, string> {
  const compilerOptions = options();
  const virtual = new Map([[resolve('snippet-globals.d.ts'), globals]]);
  const paths = new Map<string, string>();
  for (const [index, { name, text }] of snippets.entries()) {
    const path = resolve(`snippet-${String(index)}.ts`);
    paths.set(path, name);
    virtual.set(path, `${text}\nexport {};\n`);
  }
  const host = ts.createCompilerHost(compilerOptions);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => virtual.has(resolve(path)) || fileExists(path);
  host.readFile = (path) => virtual.get(resolve(path)) ?? readFile(path);
  host.getSourceFile = (path, target) => {
    const text = virtual.get(resolve(path));
    return text === undefined ? getSourceFile(path, target) : ts.createSourceFile(path, text, target);
  };
  const program = ts.createProgram([...virtual.keys()], compilerOptions, host);
  const found = new Map<string, string>();
  for (const path of virtual.keys()) {
    const file = program.getSourceFile(path);
    const errors = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    if (errors.length > 0) found.set(paths.get(path) ?? 'globals', ts.formatDiagnostics(errors, formatHost));
  }
  return found;
}
