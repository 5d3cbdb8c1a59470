import { fixturesSuite } from '../../js/package/fixtures-suite.js';

export const browsers = ['chromium', 'firefox', 'webkit'];

export default async function ({ test, command }) {
  // The package as a page gets it: one file, with WebAssembly and worker inside.
  const api = await import(new URL('/dist/browser.js', location.href).href);
  const names = await command('fixtureNames', {});
  const url = new URL('/tests/fixtures/', location.href).href;
  fixturesSuite({ test, api, url, storage: 'indexeddb', names });
}
