import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

/** A field of an interface in the sources. */
export interface InterfaceField {
  readonly name: string;
  /** The default value that its doc comment gives where this is a value and no words, without quotes and separators. */
  readonly defaultValue?: string;
}

const declarations = new Map<string, ts.InterfaceDeclaration[]>();
for (const folder of ['src', 'operators']) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  for (const path of files.map((name) => join(folder, name))) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    for (const statement of source.statements.filter(ts.isInterfaceDeclaration)) {
      declarations.set(statement.name.text, [...(declarations.get(statement.name.text) ?? []), statement]);
    }
  }
}

/** A number without separators, a text without quotes. */
export function plainValue(text: string): string {
  return text.replace(/^[`'"]+|[`'"]+$/g, '').replace(/(?<=\d)[_,](?=\d{3})/g, '');
}

function fieldOf(member: ts.TypeElement): InterfaceField {
  const name = member.name?.getText() ?? '';
  const [, value] = /@defaultValue\s+(`[^`]+`|'[^']+'|\d[\d_.]*\d|\d|true\b|false\b)/.exec(member.getFullText()) ?? [];
  return { name, ...(value === undefined ? {} : { defaultValue: plainValue(value) }) };
}

/**
 * The fields of an interface in the sources, those of the interfaces that it extends among them. A path tells one of several
 * interfaces of that name: `journal.ts#Noted`.
 */
export function interfaceFields(wanted: string): readonly InterfaceField[] {
  const [name = '', file = ''] = wanted.split('#').toReversed();
  const found = (declarations.get(name) ?? []).filter((one) => one.getSourceFile().fileName.endsWith(file));
  const [declaration] = found;
  if (declaration === undefined || found.length > 1) {
    throw new Error(`${wanted} is the name of ${String(found.length)} interfaces in the sources`);
  }
  const bases = (declaration.heritageClauses ?? []).flatMap(({ types }) => types);
  const fields = new Map<string, InterfaceField>();
  for (const base of bases) {
    const parent = base.expression.getText();
    const path = declaration.getSourceFile().fileName;
    const isLocal = (declarations.get(parent) ?? []).some((one) => one.getSourceFile().fileName === path);
    for (const field of interfaceFields(isLocal ? `${path}#${parent}` : parent)) fields.set(field.name, field);
  }
  for (const field of declaration.members.map(fieldOf)) fields.set(field.name, field);
  return [...fields.values()];
}
