import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const facts = execFileSync(process.execPath, ['scripts/installFacts.mjs'], { encoding: 'utf8' }).trimEnd();

describe('the documentation of security', () => {
  // `npm run generate` writes the page.
  it('lists the packages that npm install brings, by the lock file and node_modules', async () => {
    const page = readFileSync('docs/security.md', 'utf8');
    expect(page.split('<!-- install -->')).toHaveLength(2);
    const current = page.replace(
      /<!-- install -->[\s\S]*<!-- end -->/,
      () => `<!-- install -->\n${facts}\n<!-- end -->`,
    );
    await expect(current).toMatchFileSnapshot('../../docs/security.md');
  });

  it('has no package with an install script, and no unknown licence', () => {
    expect(facts).toContain('that run a script when they are installed: none.');
    expect(facts).not.toContain('unknown');
  });
});
