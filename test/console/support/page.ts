import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { BrowserContext, Page } from 'playwright-core';
import { startBrowser } from '../../support/browser.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
export const seconds = 1_000;
const contrast = 'color-contrast';
/**
 * Each with the rules of axe-core that could break there and nowhere else. Only colours differ between light and dark, and a
 * phone has those of a desk (test/console/style.test.ts); looking at all colours takes half the time of all rules.
 */
const looks = [
  [1440, 'light', {}],
  [360, 'light', { rules: { [contrast]: { enabled: false } } }],
  [1440, 'dark', { runOnly: [contrast] }],
] as const;

/** Texts whose elements are so narrow that they have a few letters in each of many lines. */
const squeezedTexts = `[...document.querySelectorAll('main *')]
  .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim().length > 5))
  .filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width < 50 && height > 4 * width;
  })
  .map((element) => element.textContent.slice(0, 80))`;

/**
 * The window whose tabs are the pages of a test file. A context for each page would start processes of its own, which takes a
 * second of a processor. Tabs share nothing that the console keeps, and each service is another origin.
 */
export async function startWindow(): Promise<BrowserContext> {
  const browser = await startBrowser();
  return browser.newContext({ viewport: { width: 1440, height: 900 } });
}

/** A page, and what the browser complained about: errors, and everything that the content security policy refused. */
export async function openIn(window: BrowserContext | undefined, url: string) {
  const page = (await window?.newPage()) as Page;
  page.setDefaultTimeout(10 * seconds);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** The rules of axe-core that the page breaks, with the elements: all rules, or those that axe's options choose. */
export async function broken(page: Page, options: object = {}): Promise<string[]> {
  // Its text is as long as that of many pages.
  if (await page.evaluate('window.axe === undefined')) await page.evaluate(`(() => {${axe}})()`);
  const chosen = JSON.stringify({ ...options, resultTypes: ['violations'] });
  const found = await page.evaluate(`axe.run(${chosen})`);
  const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html)
        .join(' ')
        .slice(0, 300)}`,
  );
}

/**
 * The faults of the page, light and dark, on a desk and on a phone: rules that it breaks, and too large a width. The rules of
 * axe-core take most of the time; they can be left to the first look.
 */
export async function brokenInAllLooks(page: Page, axeInAllLooks = true): Promise<string[]> {
  const found: string[] = [];
  for (const look of looks) {
    const [width, colorScheme, options] = look;
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    const squeezed = (await page.evaluate(squeezedTexts)) as string[];
    const all = [
      ...(axeInAllLooks || look === looks[0] ? await broken(page, options) : []),
      ...(Number(wide) > width ? [`is ${wide} wide`] : []),
      ...squeezed.map((text) => `a few letters of a line: ${text}`),
    ];
    found.push(...all.map((one) => `${colorScheme} ${width}: ${one}`));
  }
  return found;
}
