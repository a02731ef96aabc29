import type { Browser, Page } from 'playwright-core';

/** A page in a tab of its own. */
export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, errors of scripts, and violations of the page's policy. */
  readonly complaints: readonly string[];
}

/** Opens a page in a browser context of its own, and notes whatever the browser complains of. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport: { readonly width: number; readonly height: number },
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.exposeFunction('noteViolation', (text: string) => complaints.push(text));
  await page.addInitScript(`
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      noteViolation(violatedDirective + ' refused ' + blockedURI);
    });
  `);
  await page.goto(url);
  return { page, complaints };
}
