import { writeFileSync } from 'node:fs';
import { decoderFor } from '../generate/schemaFile.js';
import { SchemaError } from '../generate/schema.js';
import type { GenerateCommand } from './options.js';
import type { Terminal } from './terminal/terminal.js';

/** Writes the decoder of a message to a file, or to stdout. */
export async function generate({ schema, message, out }: GenerateCommand, terminal: Terminal): Promise<void> {
  const text = await decoderFor(schema, message);
  if (out === undefined) {
    terminal.out(text);
    return;
  }
  try {
    writeFileSync(out, text);
  } catch (cause) {
    throw new SchemaError(`${out} can't be written: ${(cause as Error).message}`, { cause });
  }
}
