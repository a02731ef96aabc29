import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decoderFor } from '../../src/generate/schemaFile.js';

type Decoder = (payload: Uint8Array) => object;

/** The decoder of a message, generated as for a user, compiled and loaded. Only its import of the package is changed. */
export async function generatedDecoder(schema: string, message: string): Promise<Decoder> {
  const text = await decoderFor(schema, message);
  const folder = resolve('.tmp/generated');
  mkdirSync(folder, { recursive: true });
  const path = `${folder}/${message}-${String(process.pid)}.ts`;
  writeFileSync(path, text.replace("from 'rx-quotes'", `from '${resolve('src/model/errors.ts')}'`));
  const module = (await import(/* @vite-ignore */ path)) as Readonly<Record<string, Decoder>>;
  return module[`decode${message}`] as Decoder;
}
