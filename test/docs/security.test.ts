import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const facts = execFileSync(process.execPath, ['scripts/installFacts.mjs'], { encoding: 'utf8' }).trimEnd();

describe('the page of security', () => {
  // `npm run generate` writes the page.
  it('has what npm install brings, by the lock file and node_modules', async () => {
    const page = readFileSync('docs/security.md', 'utf8');
    expect(page.split('<!-- install -->')).toHaveLength(2);
    const current = page.replace(
      /<!-- install -->[\s\S]*<!-- end -->/,
      () => `<!-- install -->\n${facts}\n<!-- end -->`,
    );
    await expect(current).toMatchFileSnapshot('../../docs/security.md');
  });

  it('names no package that runs a script when it is installed, and no unknown licence', () => {
    expect(facts).toContain('that run a script when they are installed: none.');
    expect(facts).not.toContain('unknown');
  });
});
