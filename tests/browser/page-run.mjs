import { fixtureNames } from '../js/package/fixture-names.js';
import { startIpfs } from '../js/ipfs/ipfs-node.js';
import { createPresigner, createServer, listen } from '../../js/server/index.js';
import { removeFolder, temporaryFolder } from './cleanup.mjs';
import { DoomedBrowser } from './doomed-browser.mjs';
import { makeBucket } from './s3-gateway.mjs';

/** The run of one suite in one page: what it reports, and the commands that it gives. */
export class PageRun {
  #id;
  #browser;
  #origin;
  #patience;
  #settle;
  #timer;
  #doing = 'loading the suite';
  /** What ends that which commands have started. @type {(() => Promise<void>)[]} */
  #started = [];
  /** What closes the further tabs. @type {(() => Promise<void>)[]} */
  #tabs = [];
  /** Requests to replicas, as "METHOD /path". @type {string[]} */
  #requests = [];
  /** @type {DoomedBrowser | null} */
  #doomed = null;
  /** What the page in it has told. @type {object[]} */
  #lastWords = [];

  /** What the devices of the replication page connect to. @type {object | null} */
  remotes = null;

  /** Settles with the results, or when nothing is heard for too long. */
  report = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));

  /**
   * @param {object} options
   * @param {import('./harness.mjs').Browser} options.browser
   * @param {string} options.id of this run
   * @param {string} options.origin of the server of the page
   * @param {number} options.patience milliseconds without news
   */
  constructor({ id, browser, origin, patience }) {
    this.#id = id;
    this.#browser = browser;
    this.#origin = origin;
    this.#patience = patience;
    this.report.catch(() => {});
    this.#wait();
  }

  /** @param {{ started?: string, results?: import('./harness.mjs').Result[], error?: string }} news */
  receive({ started, results, error }) {
    if (started !== undefined) this.#doing = started;
    this.#wait();
    if (results) this.#settle.resolve(results);
    if (error) this.#settle.reject(new Error(error));
  }

  /**
   * What a page may ask for. Beside these: the commands of the browser.
   *
   * @param {string} name
   * @param {any} parameters
   * @returns {Promise<unknown>} JSON for the page
   */
  async command(name, parameters) {
    if (Object.hasOwn(this.#commands, name)) return this.#commands[name](parameters);
    const command = this.#browser.commands[name];
    if (!command) throw new Error(`${this.#browser.name} has no command ${name}`);
    return command({ origin: this.#origin, ...parameters });
  }

  /** Ends everything that commands have started. */
  async finish() {
    clearTimeout(this.#timer);
    await this.#commands.closeTabs();
    for (const end of this.#started.splice(0)) await end();
  }

  #commands = {
    /** Loads a module of the checkout in another tab. */
    openTab: async ({ module }) => {
      this.#tabs.push(await this.#browser.open(this.#page({ module: `/bundle/${module}` })));
    },
    /** Loads a module in another browser, which is to be killed. It tells its news by the command `tell`. */
    openDoomed: async ({ module, ...parameters }) => {
      if (!this.#doomed) {
        this.#doomed = new DoomedBrowser(this.#browser.name);
        this.#started.push(() => this.#doomed.end());
      }
      const query = { module: `/bundle/${module}`, tells: this.#id, ...parameters };
      await this.#doomed.open(this.#page(query));
    },
    tell: async (news) => void this.#lastWords.push(news),
    /** What the page has told since the last time. */
    lastWords: async () => this.#lastWords.splice(0),
    killDoomed: ({ what }) => this.#doomed.kill(what),
    closeTabs: async () => {
      for (const close of this.#tabs.splice(0)) await close();
    },
    /** Starts our server on an empty folder, at another origin than the page; gives its address. */
    startReplica: async () => {
      const dir = temporaryFolder();
      const { fetch } = createServer({ dir });
      const recording = (request) => {
        this.#requests.push(`${request.method} ${new URL(request.url).pathname}`);
        return fetch(request);
      };
      const { url, close } = await listen({ fetch: recording });
      this.#started.push(close, async () => removeFolder(dir));
      return url;
    },
    /**
     * Makes a bucket at a real S3 gateway; gives the options of connect.s3 for its owner. Pages of this origin are let
     * in as the documentation says, or with `cors` in place of that, see TestBucket; null: they are not.
     */
    makeBucket: async ({ cors = {}, isPublic = false }) => {
      const bucket = await makeBucket();
      if (cors) await bucket.allowOrigin(this.#origin, cors);
      if (isPublic) await bucket.allowReading();
      return bucket.signed;
    },
    /** Starts an IPFS node whose RPC pages of this origin may use; gives its addresses. */
    startIpfs: async () => {
      const { rpc, gateway, stop } = await startIpfs({ origin: this.#origin });
      this.#started.push(stop);
      return { rpc, gateway };
    },
    /** Starts our presigning service for a database in a bucket; gives its address. */
    startPresigner: async ({ database, bucket }) => {
      const { url, close } = await listen(createPresigner({ ...bucket, database }));
      this.#started.push(close);
      return url;
    },
    /** Starts the servers of the demo; the replication page connects to its REST server and its bucket. */
    startRemotes: async () => {
      const { startServers } = await import('../../scripts/demo/servers.mjs'); // needs dist/
      const demo = await startServers({ replicas: [] });
      this.#started.push(demo.stop);
      this.remotes = demo.remotes;
    },
    /** The names of the scenarios below tests/fixtures. */
    fixtureNames: async () => fixtureNames(),
    /** The requests to replicas since the last time. */
    replicaRequests: async () => this.#requests.splice(0),
  };

  #page(query) {
    return `${this.#origin}/tests/browser/page.html?${new URLSearchParams(query)}`;
  }

  #wait() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      const message = `no news for ${this.#patience / 1000} s while ${this.#doing}`;
      this.#settle.reject(new Error(message));
    }, this.#patience);
  }
}
