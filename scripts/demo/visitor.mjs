// What a visitor does and sees in the page, through puppeteer.

/** Milliseconds that anything on the page may take. */
const PATIENCE = 30_000;

export class Visitor {
  #page;
  /** Errors that the page did not catch. @type {string[]} */
  errors = [];
  /** Of the page's own files since the last reload. */
  fromServiceWorker = 0;
  fromServer = 0;

  /** @param {import('puppeteer-core').Page} page */
  constructor(page) {
    this.#page = page;
    page.setDefaultTimeout(PATIENCE);
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('response', (response) => {
      if (!response.url().startsWith('http')) return; // the engine's worker is a blob
      if (response.fromServiceWorker()) this.fromServiceWorker += 1;
      else this.fromServer += 1;
    });
  }

  /** @param {import('puppeteer-core').BrowserContext} context */
  static async arrive(context, url) {
    const visitor = new Visitor(await context.newPage());
    await visitor.resize(1280, 900);
    await visitor.goTo(url);
    return visitor;
  }

  /** Turns to this tab: others in the background neither draw nor take clicks. */
  turnHere() {
    return this.#page.bringToFront();
  }

  goTo(url) {
    return this.#page.goto(url);
  }

  reload() {
    this.fromServiceWorker = 0;
    this.fromServer = 0;
    return this.#page.reload();
  }

  /** What a function gives that is run in the page. */
  evaluate(inPage) {
    return this.#page.evaluate(inPage);
  }

  /** The address of the page, which changes without loading it. */
  address() {
    return this.evaluate(() => globalThis.location.href);
  }

  /** Says yes to the next question. */
  accept() {
    this.#page.once('dialog', (dialog) => dialog.accept());
  }

  click(selector) {
    return this.#page.locator(selector).click();
  }

  press(key) {
    return this.#page.keyboard.press(key);
  }

  focus(selector) {
    return this.#page.focus(selector);
  }

  /** Replaces the text of a field. */
  async type(selector, text) {
    await this.#page.locator(selector).click({ count: 3 });
    await this.press('Backspace');
    await this.#page.keyboard.type(text);
  }

  /** Opens a database by name, key and URL. */
  async openByForm({ format, database, key, url }) {
    await this.#page.waitForSelector('#start:not([hidden])');
    await this.click(`input[name=format][value="${format}"]`);
    await this.type('input[name=database]', database);
    await this.type('input[name=key]', key);
    await this.type('input[name=url]', url);
    await this.click('#submit');
  }

  /** The text of an element that is to be seen, once `pattern` matches it. */
  async reads(selector, pattern = /\S/) {
    const test = (wanted, source, flags) => {
      const element = globalThis.document.querySelector(wanted);
      if (!element?.checkVisibility()) return false;
      return new RegExp(source, flags).test(element.textContent) && element.textContent.trim();
    };
    const { source, flags } = pattern;
    const handle = await this.#page
      .waitForFunction(test, {}, selector, source, flags)
      .catch(async () => {
        const seen = await this.#page
          .$eval(selector, (element) => element.textContent.trim())
          .catch(() => 'nothing');
        throw new Error(`waited for ${pattern} in ${selector}, which has "${seen}"`);
      });
    return (await handle.jsonValue()).replaceAll(/\s+/g, ' ');
  }

  /** The documents that the page shows, once there are so many. */
  async documents(number) {
    const test = (wanted) => globalThis.reader?.documents()?.length === wanted;
    await this.#page.waitForFunction(test, {}, number).catch(async () => {
      const seen = await this.#page.evaluate(() => globalThis.reader?.documents()?.length);
      throw new Error(`waited for ${number} documents, there are ${seen}`);
    });
    return this.#page.evaluate(() => globalThis.reader.documents());
  }

  /** The head that the page lists. */
  head() {
    return this.#page.$$eval('#head code', (elements) => elements.map((each) => each.textContent));
  }

  /** One of the numbers: `{ value, note }`. */
  async figure(name) {
    const value = await this.reads(`[data-figure=${name}] .value`);
    return { value, note: await this.reads(`[data-figure=${name}] .note`) };
  }

  /** Waits until the page's own files are kept in the browser. */
  keptOffline() {
    return this.reads('#offline-ready');
  }

  /** Names of the databases that IndexedDB has for the page. */
  storedDatabases() {
    return this.#page.evaluate(async () => {
      const databases = await globalThis.indexedDB.databases();
      return databases.map(({ name }) => name);
    });
  }

  /** Number of elements. */
  count(selector) {
    return this.#page.$$eval(selector, (elements) => elements.length);
  }

  /** Roles of controls that have no name for those who do not see them. */
  async namelessControls() {
    const nameless = [];
    const look = ({ role, name, children = [] }) => {
      if (/^(button|textbox|searchbox|radio|checkbox|link|grid|progressbar)$/.test(role) && !name) {
        nameless.push(role);
      }
      children.forEach(look);
    };
    look(await this.#page.accessibility.snapshot());
    return nameless;
  }

  /** How much wider the page is than the window, in pixels. */
  overflow() {
    return this.#page.evaluate(() => {
      const { scrollWidth, clientWidth } = globalThis.document.documentElement;
      return scrollWidth - clientWidth;
    });
  }

  resize(width, height) {
    return this.#page.setViewport({ width, height, deviceScaleFactor: 2 });
  }

  /** @param {'light' | 'dark'} scheme */
  prefer(scheme) {
    return this.#page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
  }

  /** Of what a visitor sees first. @param {string} path */
  async screenshot(path) {
    await this.#page.evaluate(() => globalThis.scrollTo(0, 0));
    await this.#page.screenshot({ path });
  }
}
