import { removeFolder, temporaryFolder } from './cleanup.mjs';
import { startBrowser } from './harness.mjs';

/** A further browser that is killed and started again, with the same profile each time. */
export class DoomedBrowser {
  #name;
  #profile = temporaryFolder();
  /** @type {import('./harness.mjs').Browser | null} */
  #browser = null;

  /** @param {string} name of the browser */
  constructor(name) {
    this.#name = name;
  }

  /** Opens a page, in a new browser if the last one was killed. */
  async open(url) {
    this.#browser ??= await startBrowser(this.#name, this.#profile);
    await this.#browser.open(url);
  }

  /** @param {'page' | 'browser'} what by SIGKILL: only what runs pages (Chromium), or everything */
  async kill(what) {
    if (what === 'page') return this.#browser.killPages();
    const browser = this.#browser;
    this.#browser = null;
    await browser?.kill();
  }

  async end() {
    await this.kill('browser');
    removeFolder(this.#profile);
  }
}
