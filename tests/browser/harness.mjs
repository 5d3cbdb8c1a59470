/**
 * Runs suites of tests in pages of real browsers.
 *
 * @typedef {object} Browser
 * @property {'chromium' | 'firefox' | 'webkit'} name
 * @property {string} version
 * @property {(url: string) => Promise<() => Promise<void>>} open opens a page in a new tab; the result
 *   closes the tab
 * @property {Record<string, (parameters: any) => Promise<unknown>>} commands what a page may ask of this
 *   browser, beyond what pages can do
 * @property {() => Promise<void>} close ends every process of the browser, and deletes its profile unless that was
 *   given
 * @property {() => Promise<void>} [kill] ends them by SIGKILL; the profile stays as it is
 * @property {() => Promise<void>} [killPages] kills only the processes that run pages; of Chromium
 *
 * @typedef {object} Result of one case
 * @property {string} name
 * @property {string | null} error null: passed
 * @property {number} ms
 */

import { startChromium, startFirefox } from './puppeteer-browsers.mjs';
import { startWebKit } from './webkit-browser.mjs';

const START = { chromium: startChromium, firefox: startFirefox, webkit: startWebKit };

export const BROWSERS = Object.keys(START);

/** Milliseconds that a suite may go without finishing a case. */
const PATIENCE = 120_000;

/**
 * @param {string} name one of BROWSERS
 * @param {string} [profile] a folder that stays; not for WebKit. Default: a new profile
 * @returns {Promise<Browser>}
 */
export function startBrowser(name, profile) {
  return START[name](profile);
}

/**
 * Runs one suite in one browser.
 *
 * @param {Browser} browser
 * @param {import('./server.mjs').CheckoutServer} server
 * @param {string} suite path of the suite file inside the checkout
 * @returns {Promise<Result[]>}
 * @throws if the page reports nothing for two minutes, or cannot load the suite
 */
export async function runSuite(browser, server, suite) {
  const { run, url } = server.expect(suite, { browser, patience: PATIENCE });
  try {
    const close = await browser.open(url);
    const results = await run.report;
    await close();
    return results;
  } finally {
    await run.finish();
  }
}
