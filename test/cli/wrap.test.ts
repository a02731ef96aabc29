import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { widthOf } from '../../src/cli/terminal/cells.js';
import { wrap } from '../../src/cli/view/wrap.js';

describe('wrapped text', () => {
  it.each([
    ['a short text', 20, ['a short text']],
    ['a text of several words', 10, ['a text of', 'several', 'words']],
    ['exactly ten', 11, ['exactly ten']],
    ['', 10, ['']],
    ['docs/playbook.md#rxp-refused', 10, ['docs/playb', 'ook.md#rxp', '-refused']],
    ['see docs/playbook.md', 10, ['see', 'docs/playb', 'ook.md']],
    ['行情 行情', 4, ['行情', '行情']],
    ['行情行情', 5, ['行情', '行情']],
    ['行', 1, ['行']],
  ])('%j in %d cells is %j', (text, width, lines) => {
    expect(wrap(text, width)).toEqual(lines);
  });

  it('loses no letter, and no line is wider than it may be', () => {
    const words = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '行', '-'), minLength: 1, maxLength: 30 }));
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 40 }), (all, width) => {
        const lines = wrap(all.join(' '), width);
        expect(lines.join('').replaceAll(' ', '')).toBe(all.join(''));
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
      }),
    );
  });
});
