import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tagged } from '../tags.js';

/** The published packages that there is a device for. */
export const PEER_VERSIONS = ['0.24.19', '0.14.2', '0.14.9'];

const PATIENCE_SECONDS = 90;

/**
 * One device of a real package: a process of its own, because the packages keep state by name in their modules, and
 * because two of their known defects are endless loops. It starts with the first call and is reused for one
 * database after the other; one that exceeds its time is ended, and the next `open` starts another.
 */
export class Peer {
  #version;
  #kind;
  #program;
  #home;
  #child = null;
  #calls = new Map();
  #nextId = 1;
  #output = '';
  /** What the package reported beside its answers: unhandled rejections and the like. @type {string[]} */
  problems = [];

  /**
   * @param {string} version of PEER_VERSIONS
   * @param {{ kind?: 'device' | 'adapted', program?: string, home?: string }} [options] `device`: at a remote folder, where
   *   the test says when what is told; `adapted`: at a server, through the adapters of fireproof-wasm/interop, all the
   *   time. `program`: what the process runs instead. `home`: folder of its files, which stay when it ends; default one of
   *   its own for each process
   */
  constructor(version, { kind = 'device', program, home } = {}) {
    this.#version = version;
    this.#kind = kind;
    this.#program = program;
    this.#home = home;
  }

  get version() {
    return this.#version;
  }

  get format() {
    return this.#version.startsWith('0.24') ? '0.24' : '0.14';
  }

  /** Of the process, null while there is none. */
  get pid() {
    return this.#child?.pid ?? null;
  }

  /**
   * Opens a database, attached to a remote folder, and pulls what is there; closes the one before.
   *
   * @param {object} options
   * @param {string} options.database name, new for this device unless it is to be opened again
   * @param {string} [options.remote] folder
   * @param {string} [options.url] of the server, for `adapted`
   * @param {string | null} [options.key] hex, 0.24 only (0.14 has it from the meta); null: public
   * @param {boolean} [options.public]
   * @param {object} [options.s3] in place of folder and server: options of connect.s3 for `adapted`; for a device of 0.14
   *   a presigning service, `{ upload, download }`, to which metas go at once
   * @param {string} [options.queue] for `adapted`: folder of a queue that lasts
   * @param {boolean} [options.offline] it sees no remote until `attach` (0.14) or the next `open` (0.24: what a session
   *   writes before it attaches is never uploaded)
   * @param {object[]} [options.metaList] 0.24: entries to hand to the package in place of the remote's
   * @param {number} [seconds] that it may take
   * @returns {Promise<{ clock: string[] }>}
   */
  open(options, seconds) {
    this.#child ?? this.#start();
    this.problems = [];
    const patience = this.#kind === 'adapted' ? 90 : PATIENCE_SECONDS;
    return this.call('open', options, seconds ?? patience);
  }

  /** Attaches the remote of a database that was opened offline. @param {number} seconds to wait */
  attach = (seconds) => this.call('attach', {}, seconds);
  put = (doc) => this.call('put', { doc });
  /** @param {object[]} docs no deletes among them: the packages have no such bulk */
  bulk = (docs) => this.call('bulk', { docs });
  del = (id) => this.call('del', { id });
  get = (id) => this.call('get', { id });
  /** @returns {Promise<{ docs: object[], deleted: string[] }>} in the package's order */
  allDocs = () => this.call('allDocs');
  changes = () => this.call('changes');
  /** The head, sorted. */
  clock = () => this.call('clock');
  /** The car log, groups newest first. */
  log = () => this.call('log');
  compact = () => this.call('compact', {}, 60);
  /** `{ base64, type, size }` of an attachment. @param {'_files' | '_publicFiles'} member */
  file = (id, member, name) => this.call('file', { id, member, name });
  /** Applies what the remote has now. */
  pull = () => this.call('pull');
  /** Makes the remote's meta name what this device has committed. CARs are there already. */
  publish = () => this.call('publish');
  /** The key in hex, null if there is none. */
  key = () => this.call('key');
  /** `adapted`: writes as interchange/writes.js says. */
  write = (plan) => this.call('write', plan, plan.milliseconds / 1000 + 60);
  /** `adapted`: everything that was committed is at the remote, and the remote was looked at. */
  synced = () => this.call('synced', {}, 60);
  /** `adapted`: how many requests failed, and how many groups the car log has. */
  numbers = () => this.call('numbers');
  /** `adapted`: the process dies by SIGKILL at the nth change of a file from now on. */
  killAt = (n) => this.call('killAt', { n });
  close = () => this.call('close');

  /**
   * @param {string} method
   * @param {object} [parameters]
   * @param {number} [seconds]
   * @throws {Error} with what the package said; `timeout` is set if it said nothing in time
   */
  async call(method, parameters = {}, seconds = PATIENCE_SECONDS) {
    if (!this.#child) throw new Error(`${this} is not running`);
    const id = this.#nextId++;
    const child = this.#child;
    let timer;
    try {
      return await new Promise((resolve, reject) => {
        this.#calls.set(id, { resolve, reject });
        timer = setTimeout(() => {
          reject(Object.assign(new Error(`${this} did not finish ${method}`), { timeout: true }));
          this.#end(child);
        }, seconds * 1000);
        child.send({ id, method, parameters: tagged(parameters) });
      });
    } finally {
      clearTimeout(timer);
      this.#calls.delete(id);
    }
  }

  /** Ends the process and removes its files. */
  async stop() {
    const child = this.#child;
    if (!child) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    this.#end(child);
    await gone;
  }

  toString() {
    return `@fireproof/core ${this.#version}`;
  }

  #start() {
    const home = this.#home ?? mkdtempSync(join(tmpdir(), `fireproof-${this.#version}-`));
    const own = new URL(`${this.#kind}-${this.format}.js`, import.meta.url);
    const program = this.#program ?? fileURLToPath(own);
    const child = fork(program, [this.#version], {
      env: { ...process.env, HOME: home },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        this.#output = (this.#output + text).slice(-4000);
      });
    }
    child.on('message', ({ id, result, error, problems }) => {
      this.problems.push(...problems);
      if (error === undefined) this.#calls.get(id)?.resolve(result);
      else this.#calls.get(id)?.reject(new Error(error));
    });
    child.on('exit', () => {
      if (!this.#home) rmSync(home, { recursive: true, force: true });
      if (this.#child === child) this.#end(child);
    });
    this.#child = child;
  }

  /** By its id; the process may be in an endless loop and hear nothing. */
  #end(child) {
    if (this.#child === child) this.#child = null;
    child.kill('SIGKILL');
    const error = new Error(`${this} ended: ${this.#output.slice(-300)}`);
    for (const { reject } of this.#calls.values()) reject(error);
  }
}
