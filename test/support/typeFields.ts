import { resolve } from 'node:path';
import ts from 'typescript';

/** The fields that the members of a type have, by the name of the member: for a type that is no union, `only`. */
export type FieldsByMember = ReadonlyMap<string, readonly string[]>;

/**
 * The fields of every type that a piece of TypeScript exports, by its name. A union gives those of each member, by the literal that
 * the first of the `discriminants` has.
 */
export function typeFields(text: string, discriminants: readonly string[]): ReadonlyMap<string, FieldsByMember> {
  const { config } = ts.readConfigFile('tsconfig.json', (path) => ts.sys.readFile(path)) as {
    readonly config: { readonly compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, process.cwd());
  const path = resolve('type-fields.ts');
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (name) => resolve(name) === path || fileExists(name);
  host.getSourceFile = (name, target) =>
    resolve(name) === path ? ts.createSourceFile(name, text, target) : getSourceFile(name, target);
  const program = ts.createProgram([path], { ...options, noEmit: true }, host);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path);
  const module = source && checker.getSymbolAtLocation(source);
  if (source === undefined || module === undefined) throw new Error('the text exports nothing');
  const literalOf = (type: ts.Type): string => {
    for (const discriminant of discriminants) {
      const property = type.getProperty(discriminant);
      const value = property && checker.getTypeOfSymbolAtLocation(property, source);
      if (value?.isStringLiteral() === true) return value.value;
    }
    return 'only';
  };
  return new Map(
    checker.getExportsOfModule(module).map((alias) => {
      const type = checker.getDeclaredTypeOfSymbol(alias);
      const fields = new Map<string, Set<string>>();
      for (const member of type.isUnion() ? type.types : [type]) {
        const names = fields.get(literalOf(member)) ?? new Set();
        for (const { name } of member.getProperties()) names.add(name);
        fields.set(literalOf(member), names);
      }
      return [alias.name, new Map([...fields].map(([name, names]) => [name, [...names]]))];
    }),
  );
}
