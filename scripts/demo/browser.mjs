// A headless Chromium for the check. Needs npm packages: import it after set-up.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer from 'puppeteer-core';
import { groups } from '../setup/needs.mjs';
import { findCommand } from '../setup/probe.mjs';

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-extensions',
  '--disable-sync',
  '--no-first-run',
];

/**
 * @returns {Promise<{ browser: import('puppeteer-core').Browser, stop: () => Promise<void> }>}
 *   `stop` ends every process of the browser and deletes its profile; the end of this process does
 *   so too
 */
export async function startChromium() {
  const chromium = groups.browsers.needs.find((need) => need.package === 'chromium');
  const executablePath = process.env.CHROMIUM_PATH ?? findCommand(chromium.files.names);
  const userDataDir = mkdtempSync(join(tmpdir(), 'fireproof-wasm-chromium-'));
  const removeProfile = () => rmSync(userDataDir, { recursive: true, force: true, maxRetries: 10 });
  process.once('exit', removeProfile);
  const signals = { handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
  const browser = await puppeteer.launch({ executablePath, args, userDataDir, ...signals });
  const { pid } = browser.process();
  const kill = () => {
    try {
      process.kill(-pid, 'SIGKILL'); // puppeteer makes it the leader of a group
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  process.once('exit', kill);
  const stop = async () => {
    await browser.close().catch(() => {});
    kill();
    process.off('exit', kill);
    removeProfile();
    process.off('exit', removeProfile);
  };
  return { browser, stop };
}
