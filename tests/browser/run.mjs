/**
 * Runs tests/browser/suites/*.browser.js in the browsers that each suite names.
 *
 *   node tests/browser/run.mjs [--browser NAME] [SUITE...]
 *
 * SUITE is a part of a file name. A suite is a module with
 *   export const browsers = ['chromium', 'firefox', 'webkit'];
 *   export default function ({ test, browser, command }) { test('does this', async () => { … }); }
 * It is imported in Node too, for its list of browsers, so it must do nothing else at import.
 */

import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BROWSERS, runSuite, startBrowser } from './harness.mjs';
import { stopGateway } from './s3-gateway.mjs';
import { startServer } from './server.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { browser: { type: 'string', multiple: true, default: BROWSERS } },
});

const folder = new URL('./suites/', import.meta.url);
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.browser.js'))
  .filter((name) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
  .sort();

let passed = 0;
let failed = 0;

function fail(title, error) {
  failed += 1;
  console.log(`not ok ${title}\n    ${String(error).trim().replaceAll('\n', '\n    ')}`);
}

async function runIn(browser, name) {
  const title = `${name} in ${browser.name}`;
  // A server, and so an origin, for each suite: none meets what another has stored.
  const server = await startServer();
  try {
    const results = await runSuite(browser, server, `tests/browser/suites/${name}`);
    const bad = results.filter((result) => result.error !== null);
    for (const result of bad) fail(`${title}: ${result.name}`, result.error);
    if (results.length === 0) fail(title, 'the suite has no cases');
    passed += results.length - bad.length;
    const ms = results.reduce((sum, result) => sum + result.ms, 0);
    console.log(
      `${title}: ${results.length - bad.length} of ${results.length} cases passed, ${ms} ms`,
    );
  } catch (error) {
    fail(title, error.stack);
  } finally {
    await server.close();
  }
}

const suites = [];
for (const name of files) {
  const { browsers } = await import(new URL(name, folder).href);
  suites.push({ name, browsers });
}
if (suites.length === 0) fail('run', 'no suite has such a name');

for (const each of BROWSERS.filter((name) => values.browser.includes(name))) {
  const wanted = suites.filter(({ browsers }) => browsers.includes(each));
  if (wanted.length === 0) continue;
  let browser;
  try {
    browser = await startBrowser(each);
    console.log(`${each}: ${browser.version}`);
    for (const { name } of wanted) await runIn(browser, name);
  } catch (error) {
    fail(each, error.stack);
  } finally {
    await browser?.close();
  }
}

await stopGateway();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);
