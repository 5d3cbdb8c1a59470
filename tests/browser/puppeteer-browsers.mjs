/**
 * Chromium over the DevTools protocol and Firefox over WebDriver BiDi, both through puppeteer-core.
 */

import { once } from 'node:events';
import puppeteer from 'puppeteer-core';
import { killGroup, removeFolder, temporaryFolder, watchGroup } from './cleanup.mjs';
import { visitTodo } from './todo-visit.mjs';

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
export function startChromium(profile) {
  const settings = { executablePath: CHROMIUM, headless: true, args: CHROMIUM_ARGS };
  return start('chromium', settings, profile);
}

/** @returns {Promise<import('./harness.mjs').Browser>} */
export function startFirefox(profile) {
  const settings = { browser: 'firefox', executablePath: FIREFOX, headless: true };
  return start('firefox', { ...settings, extraPrefsFirefox: FIREFOX_PREFS }, profile);
}

/** @param {string} [profile] a folder that stays; default: a new one, deleted at the end */
async function start(name, settings, profile) {
  const userDataDir = profile ?? temporaryFolder();
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
    killPages: name === 'chromium' ? () => killRenderers(browser) : undefined,
    close: async () => {
      await browser.close().catch(() => {});
      killGroup(pid);
      if (!profile) removeFolder(userDataDir);
    },
    kill: async () => {
      const ended = once(browser.process(), 'exit');
      killGroup(pid);
      await ended;
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
    visitTodo: () => visitTodo(browser),
  };
}

/** Kills the processes that run pages, and waits until the browser has noticed. */
async function killRenderers(browser) {
  const session = await browser.target().createCDPSession();
  const renderers = async () => {
    const { processInfo } = await session.send('SystemInfo.getProcessInfo');
    return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  };
  const killed = await renderers();
  for (const pid of killed) process.kill(pid, 'SIGKILL');
  while ((await renderers()).some((pid) => killed.includes(pid)))
    await new Promise((resolve) => setTimeout(resolve, 20));
}
