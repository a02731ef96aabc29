import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { run } from '../../src/cli/run.js';
import { decoderFor } from '../../src/generate/schemaFile.js';
import { fakeTerminal } from './fakeTerminal.js';

const schema = fileURLToPath(new URL('../generate/everything.proto', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-quotes-generate-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('rx-quotes generate', () => {
  it('writes the decoder to stdout, or with --out to a file and nothing to stdout', async () => {
    const text = await decoderFor(schema, 'Everything');
    const shown = fakeTerminal();
    expect(await run(['generate', schema, 'Everything'], shown, { env: {} })).toBe(0);
    expect(`${shown.lines.join('\n')}\n`).toBe(text);
    const silent = fakeTerminal();
    const out = join(folder, 'everything.ts');
    expect(await run(['generate', schema, 'Everything', '--out', out], silent, { env: {} })).toBe(0);
    expect([silent.lines, silent.errors()]).toEqual([[], '']);
    expect(readFileSync(out, 'utf8')).toBe(text);
  });

  it('overwrites a file that it wrote before, but no other file, e.g. its schema', async () => {
    const out = join(folder, 'everything.ts');
    for (const message of ['Empty', 'Everything']) {
      expect(await run(['generate', schema, message, '--out', out], fakeTerminal(), { env: {} })).toBe(0);
    }
    expect(readFileSync(out, 'utf8')).toBe(await decoderFor(schema, 'Everything'));
    const own = join(folder, 'own.proto');
    copyFileSync(schema, own);
    const terminal = fakeTerminal();
    expect(await run(['generate', own, 'Everything', '--out', own], terminal, { env: {} })).toBe(1);
    expect(terminal.errors()).toContain(`${own} exists, and rx-quotes generate did not write it: name another file`);
    expect(readFileSync(own)).toEqual(readFileSync(schema));
  });

  it('reports a folder that is given as --out', async () => {
    const terminal = fakeTerminal();
    expect(await run(['generate', schema, 'Everything', '--out', folder], terminal, { env: {} })).toBe(1);
    expect(terminal.errors()).toContain(`${folder} can't be written`);
  });

  it.each([
    [
      ['generate', 'none.proto', 'Quote'],
      "rx-quotes: none.proto can't be read: the file, or one that it imports, does not exist",
    ],
    [['generate', schema, 'Quote'], 'has no message Quote: name one of'],
    [['generate', schema, 'Everything', '--out', '/no/such/folder/x.ts'], "/no/such/folder/x.ts can't be written"],
  ])('fails with exit code 1 and the reason for %j', async (args, named) => {
    const terminal = fakeTerminal();
    expect(await run(args, terminal, { env: {} })).toBe(1);
    expect(terminal.errors()).toContain(named);
    expect(terminal.lines).toEqual([]);
  });

  it.each([
    [['generate'], 'SCHEMA is undefined: name a .proto file'],
    [['generate', schema], 'MESSAGE is undefined: name a message'],
    [['generate', schema, 'A', 'B'], 'MESSAGE is "[hidden]": name one message'],
    [['generate', schema, 'A', '--out', ''], '--out is ""'],
    [['generate', '--seconds', '3'], '--seconds'],
  ])('refuses %j with exit code 2, and names the wrong argument', async (args, named) => {
    const terminal = fakeTerminal();
    expect(await run(args, terminal, { env: {} })).toBe(2);
    expect(terminal.errors()).toContain(named);
  });

  it('--help names the arguments and exits with 0', async () => {
    const terminal = fakeTerminal();
    expect(await run(['generate', '--help'], terminal, { env: {} })).toBe(0);
    for (const name of ['SCHEMA.proto', 'MESSAGE', '--out', 'protobufjs', 'Exit code']) {
      expect(terminal.lines.join('\n')).toContain(name);
    }
  });
});
