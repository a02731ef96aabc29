import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const script = resolve('scripts/prose.mjs');
const longSentence = `This sentence has ${'one '.repeat(27)}word.`; // 31 words.

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rx-quotes-prose-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function plant(path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Runs the check in the folder: its exit code, and the place and rule of each finding that it prints. */
function check(...args: readonly string[]): { readonly code: number | null; readonly findings: readonly string[] } {
  const { status, stdout } = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: 'utf8' });
  return { code: status, findings: stdout.split('\n').flatMap((line) => /^\S+:\d+ \w+/.exec(line)?.[0] ?? []) };
}

describe('the check of prose', () => {
  it('finds the openings Who, What, Of, Whose and None of a sentence in a page', () => {
    plant(
      'docs/page.md',
      'One. Who asks\nwaits. A link: what is meant. Of it\nno more.\n\n- Whose?\n- None of these.\n\n# What',
    );
    expect(check()).toEqual({
      code: 1,
      findings: [1, 2, 5, 6, 8].map((line) => `docs/page.md:${String(line)} opening`),
    });
  });

  it('finds sentences of more than 30 words in a page, not in a table, code, or between marks of a command', () => {
    const table = `| head |\n|---|\n| ${longSentence} |`;
    const code = `\`\`\`\n\n${longSentence}\n\n\`\`\``;
    const written = `<!-- rows -->\n${longSentence}\n<!-- end -->`;
    plant('README.md', [table, code, written, longSentence].join('\n\n'));
    plant('docs/written.md', `# Page\n\n<!-- Written by a command. -->\n\n${longSentence}`);
    expect(check().findings).toEqual(['README.md:15 length']);
  });

  it('counts code and the text of a link as words, but not the target of a link', () => {
    const words = 'one '.repeat(28);
    plant(
      'README.md',
      `A ${words}\`a b c d\`.\n\nA ${words}[link](https://example.com/a b c).\n\nA [two words](b) ${words}.`,
    );
    expect(check().findings).toEqual(['README.md:5 length']);
  });

  it('finds banned words in comments of a source, but not in its code or in an example', () => {
    plant(
      'src/a.ts',
      [
        '/** A lull. */',
        'const told = `lull ${/* heard */ 1}`;',
        '// A topic that',
        '// is told of.',
        '/**',
        ' * Runs. Whose is it?',
        ' * @param a - What it takes.',
        ' * ```ts',
        ' * told();',
        ' * ```',
        ' */',
        'function lull(a = /"/): void {}',
      ].join('\n'),
    );
    expect(check().findings).toEqual([
      'src/a.ts:1 word',
      'src/a.ts:2 word',
      'src/a.ts:3 word',
      'src/a.ts:6 opening',
      'src/a.ts:7 opening',
      'src/a.ts:2 word',
    ]);
  });

  it('finds openings and banned words in titles of tests, for every form of call', () => {
    plant(
      'test/a.test.ts',
      [
        "describe('what waits', () => {",
        "  it.each(['what is given'])('who asks for %s', () => {});",
        '  it.skipIf(true)(`whoever asks for ${name}`, () => {});',
        "  it('of a feed waits', () => {});",
        "  it.each`a`('told of %s', () => {});",
        "  expect('what is expected').toBe('told');",
        '});',
      ].join('\n'),
    );
    plant('test/b.test.ts', "it('of a feed', () => {});");
    expect(check().findings).toEqual([
      'test/a.test.ts:1 opening',
      'test/a.test.ts:2 opening',
      'test/a.test.ts:3 word',
      'test/a.test.ts:5 word',
      'test/b.test.ts:1 opening',
    ]);
  });

  it('finds openings and banned words in messages of src', () => {
    plant('src/a.ts', "throw new Error('What was told.');\n");
    expect(check().findings).toEqual(['src/a.ts:1 opening', 'src/a.ts:1 word']);
  });

  it('checks only files under the named paths', () => {
    plant('docs/page.md', 'What a page.');
    plant('README.md', 'A page. What a page.');
    expect(check('docs')).toEqual({ code: 1, findings: ['docs/page.md:1 opening'] });
    expect(check('src')).toEqual({ code: 0, findings: [] });
    expect(check()).toEqual({ code: 1, findings: ['README.md:1 opening', 'docs/page.md:1 opening'] });
  });

  it('passes an allowed sentence, and fails when an allowed sentence is gone', () => {
    plant('docs/page.md', 'What a page.');
    plant('scripts/prose.allowed.json', '[{ "file": "docs/page.md", "text": "What a page", "reason": "planted" }]');
    expect(check()).toEqual({ code: 0, findings: [] });
    plant('docs/page.md', 'A page.');
    expect(check().code).toBe(1);
  });
});
