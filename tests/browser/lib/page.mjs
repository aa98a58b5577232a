// A headless Chromium and a page in it that notes everything a page must not do: errors of scripts, violations
// of the Content-Security-Policy, calls to other hosts, a width that does not fit.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const executable = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => path && existsSync(path));
export const needsBrowser = { skip: executable ? false : 'no Chromium' };

const PHONE = { width: 360, height: 740 };
const DESKTOP = { width: 1280, height: 900 };
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
];

export function openBrowser(flags = []) {
  return chromium.launch({ executablePath: executable, headless: true, args: [...FLAGS, ...flags] });
}

// options: locale, phone (width of a phone), origin (the only host that may be called), more: for the browser's context
export async function openPage(browser, { locale = 'ko-KR', phone = false, origin, more = {} }) {
  const context = await browser.newContext({ locale, viewport: phone ? PHONE : DESKTOP, permissions: ['camera'], ...more });
  const page = await context.newPage();
  const faults = [];
  const calls = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    const expected = message.text().startsWith('Failed to load resource: the server responded with a status of 4');
    if (message.type() === 'error' && !expected) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (['blob:', 'data:'].includes(url.protocol)) return;
    if (url.origin !== origin) faults.push(`other host: ${request.url()}`);
    if (url.pathname.startsWith('/api/verification/')) calls.push(`${request.method()} ${url.pathname}`);
  });
  page.setDefaultTimeout(30_000);
  return { page, context, calls, assertClean: () => assert.deepEqual(faults, []) };
}

export async function assertFits(page) {
  const { content, window } = await page.evaluate(() => ({
    content: document.documentElement.scrollWidth,
    window: innerWidth,
  }));
  assert.ok(content <= window, `${content} px of content in a window of ${window} px`);
}

// Every input has a name for those who do not see it, every picture a description, and there is one main heading.
export async function assertNamed(page) {
  const unnamed = await page.evaluate(() => {
    const seen = (element) => element.checkVisibility?.() ?? true;
    const inputs = [...document.querySelectorAll('input, button')].filter(seen);
    return [
      ...inputs.filter((input) => !(input.labels?.length || input.textContent.trim() || input.ariaLabel)),
      ...[...document.images].filter((image) => !image.alt),
    ].map((element) => element.outerHTML);
  });
  assert.deepEqual(unnamed, []);
  assert.equal(await page.locator('h1').count(), 1);
}

// Kept where BONIN_SHOTS names a folder, to be looked at.
export async function shoot(page, name) {
  await assertFits(page);
  await assertNamed(page);
  if (process.env.BONIN_SHOTS) await page.screenshot({ path: `${process.env.BONIN_SHOTS}/${name}.png`, fullPage: true });
}
