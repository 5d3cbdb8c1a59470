/**
 * Chromium over the DevTools protocol and Firefox over WebDriver BiDi, both through puppeteer-core.
 */

import puppeteer from 'puppeteer-core';
import { killGroup, removeFolder, temporaryFolder, watchGroup } from './cleanup.mjs';

/** Where Debian puts the browsers; the environment variables name others. */
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX_PATH ?? '/usr/bin/firefox-esr';

const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--headless=new',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-sync',
  '--no-first-run',
];

const FIREFOX_PREFS = {
  'app.update.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  // Without these navigator.storage.persist() waits for somebody to answer a question.
  'dom.storageManager.prompt.testing': true,
  'dom.storageManager.prompt.testing.allow': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
};

/** @returns {Promise<import('./harness.mjs').Browser>} */
export function startChromium() {
  return start('chromium', { executablePath: CHROMIUM, headless: true, args: CHROMIUM_ARGS });
}

/** @returns {Promise<import('./harness.mjs').Browser>} */
export function startFirefox() {
  const settings = { browser: 'firefox', executablePath: FIREFOX, headless: true };
  return start('firefox', { ...settings, extraPrefsFirefox: FIREFOX_PREFS });
}

async function start(name, settings) {
  const userDataDir = temporaryFolder();
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await puppeteer.launch({ ...settings, ...signals, userDataDir });
  const { pid } = browser.process();
  watchGroup(pid);
  const open = async (url) => {
    const page = await browser.newPage();
    page.on('pageerror', (error) => console.error(`  ${name}: page error: ${error.message}`));
    await page.goto(url);
    return page;
  };
  return {
    name,
    version: await browser.version(),
    open: async (url) => {
      const page = await open(url);
      return () => page.close();
    },
    commands: name === 'chromium' ? chromiumCommands(browser) : {},
    close: async () => {
      await browser.close().catch(() => {});
      killGroup(pid);
      removeFolder(userDataDir);
    },
  };
}

/** What only Chromium can be told to do. */
function chromiumCommands(browser) {
  // One session for all, since limits end with the session that set them.
  const session = browser.pages().then(([page]) => page.createCDPSession());
  const send = async (method, parameters) => (await session).send(method, parameters);
  return {
    /** Bytes that an origin may store; without `bytes` the browser's own limit again. */
    limitStorage: ({ origin, bytes }) =>
      send('Storage.overrideQuotaForOrigin', { origin, quotaSize: bytes }),
    /** What a user does with "clear site data". */
    clearStorage: ({ origin }) =>
      send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' }),
  };
}
