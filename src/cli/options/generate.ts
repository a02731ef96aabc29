import { HIDDEN, outOfRange, wrongType } from '../../../operators/support/argument.js';
import { parsed } from './arguments.js';

/** The decoder to generate, and the file for it; without `out` it goes to stdout. */
export interface GenerateCommand {
  readonly name: 'generate';
  readonly schema: string;
  readonly message: string;
  readonly out?: string;
}

/** Reads the arguments of `generate`. */
export function parseGenerate(args: string[]): GenerateCommand {
  const { values, positionals } = parsed({ args, allowPositionals: true, options: { out: { type: 'string' } } });
  const [schema, message, ...others] = positionals;
  const example = 'e.g. rx-quotes generate quotes.proto Quote --out quote.ts';
  if (schema === undefined) throw wrongType('SCHEMA', schema, `name a .proto file, ${example}`);
  if (message === undefined) throw wrongType('MESSAGE', message, `name a message of the schema, ${example}`);
  if (others.length > 0) throw wrongType('MESSAGE', HIDDEN, `name one message, ${example}`);
  if (values.out === '') throw outOfRange('--out', values.out, 'pass the path of a file to write');
  return { name: 'generate', schema, message, ...(values.out === undefined ? {} : { out: values.out }) };
}
