// Chromium with interchange/page.js in it, and its databases as devices that the test drives.
import { startBrowser } from '../../../browser/harness.mjs';
import { startServer } from '../../../browser/server.mjs';

/** Milliseconds for all of it. */
const PATIENCE = 240_000;

/** One database in the page; each call settles when the page has answered. */
export class PageDevice {
  #tasks = [];
  #wake = () => {};
  #current = null;

  /** @param {object} options of the database, with its name and the remote's url */
  constructor(options) {
    this.options = options;
  }

  put = (doc) => this.#ask('put', { doc });
  write = (plan) => this.#ask('write', plan);
  synced = () => this.#ask('synced');
  /** Documents and deleted ids. */
  allDocs = () => this.#ask('state');
  close = () => this.#ask('close');

  toString() {
    return `fireproof-wasm ${this.options.format} in Chromium`;
  }

  /** The page's next task, when there is one; null: no more. */
  async next(answer) {
    if (answer?.error) this.#current.reject(new Error(`${this}: ${answer.error}`));
    else if (answer) this.#current.resolve(answer.result);
    while (this.#tasks.length === 0) await new Promise((resolve) => (this.#wake = resolve));
    this.#current = this.#tasks.shift();
    return this.#current.task;
  }

  end() {
    this.#tasks.push({ task: null });
    this.#wake();
  }

  #ask(name, parameters = {}) {
    return new Promise((resolve, reject) => {
      this.#tasks.push({ task: { name, parameters }, resolve, reject });
      this.#wake();
    });
  }
}

/**
 * Works with a page that has one database of each generation.
 *
 * @param {PageDevice[]} devices
 * @param {() => Promise<void>} work
 */
export async function inChromium(devices, work) {
  const device = (format) => devices.find(({ options }) => options.format === format);
  const server = await startServer();
  const browser = await startBrowser('chromium');
  const commands = {
    begin: async ({ format }) => device(format).options,
    next: ({ format, answer }) => device(format).next(answer),
  };
  const { run, url } = server.expect('tests/js/interop/interchange/page.js', {
    browser: { ...browser, commands },
    patience: PATIENCE,
  });
  try {
    await browser.open(url);
    await Promise.race([work(), run.report.then(() => undefined)]);
    for (const each of devices) each.end();
    await run.report;
  } finally {
    await run.finish();
    await browser.close();
    await server.close();
  }
}
