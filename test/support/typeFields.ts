import { resolve } from 'node:path';
import ts from 'typescript';

/** A field of a type. */
export interface TypeField {
  readonly name: string;
  /** The `@defaultValue` of its doc comment where this is a value and no words, as `plainValue` has it. */
  readonly defaultValue?: string;
}

/** The fields that the members of a type have, by the name of the member: for a type that is no union, `only`. */
export type FieldsByMember = ReadonlyMap<string, readonly TypeField[]>;

/** A number without separators, a text without quotes. */
export function plainValue(text: string): string {
  return text.replace(/^[`'"]+|[`'"]+$/g, '').replace(/(?<=\d)[_,](?=\d{3})/g, '');
}

function fieldOf(property: ts.Symbol, checker: ts.TypeChecker): TypeField {
  const [tag] = property.getJsDocTags(checker).filter(({ name }) => name === 'defaultValue');
  const [, value] = /^(`[^`]+`|'[^']+'|\d[\d_.]*\d|\d|true\b|false\b)/.exec(ts.displayPartsToString(tag?.text)) ?? [];
  return { name: property.name, ...(value === undefined ? {} : { defaultValue: plainValue(value) }) };
}

/**
 * The fields of every type that a piece of TypeScript exports, by its name. A union gives those of each member, by the literal that
 * the first of the `discriminants` has.
 */
export function typeFields(text: string, discriminants: readonly string[] = []): ReadonlyMap<string, FieldsByMember> {
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
      const members = new Map<string, Map<string, TypeField>>();
      for (const member of type.isUnion() ? type.types : [type]) {
        const fields = members.get(literalOf(member)) ?? new Map<string, TypeField>();
        for (const property of member.getProperties()) fields.set(property.name, fieldOf(property, checker));
        members.set(literalOf(member), fields);
      }
      return [alias.name, new Map([...members].map(([name, fields]) => [name, [...fields.values()]]))];
    }),
  );
}
