import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, readdir, rename, rm, stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { asReplicationError } from '../errors.js';
import { TABLES } from './block-storage.js';
import {
  ignoreAbsent,
  mapParallel,
  namesIn,
  syncFolder,
  writeDurably,
  writeNew,
} from './durable-files.js';
import { rowName } from './file-names.js';

/**
 * Transactions on a folder, without locks: any number of processes work on it at once, and any of them
 * may be killed at any step.
 *
 *   record.<n>          the record of version n: the id of its transaction in one line, then the bytes
 *   car/ file/ blocks/ events/    one file a row
 *   staged/<n>.<id>/    a transaction being prepared that will create version n, or
 *   staged/rows.<id>/   one without a record. Inside: new rows by table, record, delete.json, deleted/
 *   ready/rows.<id>/    a transaction without a record that has happened
 *   trash/              on its way out
 *
 * A transaction is written to `staged`, and synced if the store is strict. Then it *happens*, in one atomic step:
 *   with a record       link(staged/<n>.<id>/record, record.<n>), which fails when version n exists
 *   without             rename(staged/rows.<id>, ready/rows.<id>)
 * Then it is *completed*: its rows are moved to their tables, the rows it deletes into its `deleted/`, the
 * folder itself into `trash/`. Who finds a transaction that has happened completes it before going on. Each
 * step is a rename out of or into that one folder, so it has its effect once, however many processes do
 * it and however late.
 *
 * Version n is completed before n + 1 happens. Records older than the newest two are removed, except those
 * whose version is announced in `staged`: somebody may be about to link that very name and must find it
 * taken, although the world has moved on since. A process announces before it looks.
 */

const RECORD = /^record\.(\d+)$/;
const ID_BYTES = 16;
/** Hex digits of the id and the line feed that ends it. */
const HEADER_BYTES = 2 * ID_BYTES + 1;

/** Age in milliseconds at which a staged transaction counts as the remains of a killed process. */
const STALE = 60 * 60 * 1000;

/** How often a listing may be overtaken by other processes before the folder counts as damaged. */
const ATTEMPTS = 1000;

export class FileTransactions {
  #root;
  /** The newest version known to be completed. */
  #completed = 0;

  /** Makes names in a folder durable, if that is asked for. @type {(path: string) => Promise<void>} */
  #syncFolder;
  #writeFile;

  /**
   * @param {string} root the folder of the store
   * @param {'relaxed' | 'strict'} durability whether what is written is on the medium when a commit resolves
   *   ('strict', survives loss of power), or with the system ('relaxed', survives the end of every process)
   */
  constructor(root, durability) {
    this.#root = root;
    this.#syncFolder = durability === 'strict' ? syncFolder : async () => {};
    this.#writeFile = durability === 'strict' ? writeDurably : writeNew;
  }

  /** Creates the folders where they are missing, and clears up after processes that were killed. */
  async open() {
    for (const name of [...TABLES, 'staged', 'ready', 'trash']) {
      await mkdir(this.#path(name), { recursive: true });
    }
    await this.#syncFolder(this.#root);
    await this.current();
    for (const name of await namesIn(this.#path('ready'))) await this.#complete('ready', name);
    for (const name of await namesIn(this.#path('staged'))) await this.#abandonStale(name);
    for (const name of await namesIn(this.#path('trash'))) await this.#remove('trash', name);
  }

  /**
   * The newest record, after its transaction was completed.
   *
   * @returns {Promise<{ version: number, record: Uint8Array | null }>}
   * @throws an error with code ENOENT if the folder does not exist
   */
  async current() {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [version] = await this.#versions();
      if (version === undefined) {
        // A listing can miss a name while names change, though hardly twice.
        if (attempt > 0 && this.#completed === 0) return { version: 0, record: null };
        continue;
      }
      const content = await ignoreAbsent(readFile(this.#path(`record.${version}`)));
      if (content === null) continue;
      const id = content.toString('latin1', 0, HEADER_BYTES - 1);
      await this.#complete('staged', `${version}.${id}`);
      this.#completed = version;
      return { version, record: new Uint8Array(content.subarray(HEADER_BYTES)) };
    }
    throw new Error(`no record can be read in ${this.#root}`);
  }

  /**
   * @param {Required<import('./block-storage.js').Commit>} commit checked; `version` and `record` may be
   *   undefined
   * @returns {Promise<boolean>} false: another transaction made this version, nothing was written
   */
  async commit({ version, record, put, delete: deleted }) {
    const id = randomBytes(ID_BYTES).toString('hex');
    const name = `${record === undefined ? 'rows' : version + 1}.${id}`;
    await mkdir(this.#path('staged', name));
    let happened = false;
    try {
      if (record !== undefined && (await this.#completedVersion()) !== version) return false;
      await this.#stage(name, { id, record, put, deleted });
      happened = await this.#happen(name, record && version + 1);
    } finally {
      if (!happened) await this.#remove('staged', name);
    }
    if (happened) await this.#finish(name, record && version + 1);
    return happened;
  }

  /** @param {...string} names */
  #path(...names) {
    return join(this.#root, ...names);
  }

  /** @returns {Promise<number[]>} the versions of which there are records, newest first */
  async #versions() {
    const names = await readdir(this.#root);
    const versions = names.map((name) => Number(RECORD.exec(name)?.[1] ?? 0));
    return versions.filter((version) => version > 0).sort((a, b) => b - a);
  }

  async #completedVersion() {
    const [newest = 0] = await this.#versions();
    return newest === this.#completed ? newest : (await this.current()).version;
  }

  /** Writes all of a transaction into its staged folder. */
  async #stage(name, { id, record, put, deleted }) {
    const folder = this.#path('staged', name);
    const files = new Map(put.map((row) => [`${row.table}/${rowName(row.key)}`, [row.bytes]]));
    if (deleted.length > 0) {
      const paths = deleted.map(({ table, key }) => `${table}/${rowName(key)}`);
      files.set('delete.json', [Buffer.from(JSON.stringify(paths))]);
    }
    if (record !== undefined) files.set('record', [Buffer.from(`${id}\n`, 'latin1'), record]);
    const folders = TABLES.filter((table) => put.some((row) => row.table === table));
    if (deleted.length > 0) folders.push('deleted');
    for (const each of folders) await mkdir(join(folder, each));
    await mapParallel([...files], ([path, parts]) => this.#writeFile(join(folder, path), ...parts));
    const changed = [this.#path('staged'), folder, ...folders.map((each) => join(folder, each))];
    await mapParallel(changed, this.#syncFolder);
  }

  /**
   * @param {string} name of a staged transaction
   * @param {number | undefined} version that it creates
   * @returns {Promise<boolean>} false if that version exists
   */
  async #happen(name, version) {
    if (version === undefined) {
      await rename(this.#path('staged', name), this.#path('ready', name));
      return true;
    }
    try {
      await link(this.#path('staged', name, 'record'), this.#path(`record.${version}`));
      return true;
    } catch (error) {
      if (error.code === 'EEXIST') return false;
      throw error;
    }
  }

  /** What is left to do for a transaction that has just happened. */
  async #finish(name, version) {
    try {
      await this.#syncFolder(version === undefined ? this.#path('ready') : this.#root);
      await this.#complete(version === undefined ? 'ready' : 'staged', name);
      if (version === undefined) return;
      this.#completed = Math.max(this.#completed, version);
      await this.#removeOldRecords();
    } catch (error) {
      // Also when the disk is full: nothing can be taken back, and the next call tries to complete it.
      throw asReplicationError(
        error,
        'storage-lost',
        `a commit in ${this.#root} may be made or not`,
      );
    }
  }

  /** Brings a transaction that has happened to its end; does nothing if that was done before. */
  async #complete(state, name) {
    const folder = this.#path(state, name);
    const content = await namesIn(folder);
    if (content.length === 0) return;
    const changed = new Set();
    for (const table of TABLES.filter((each) => content.includes(each))) {
      const rows = await namesIn(join(folder, table));
      await mapParallel(rows, (row) =>
        ignoreAbsent(rename(join(folder, table, row), this.#path(table, row))),
      );
      changed.add(table);
    }
    const list = await ignoreAbsent(readFile(join(folder, 'delete.json'), 'utf8'));
    for (const [index, path] of JSON.parse(list ?? '[]').entries()) {
      const [table, row] = path.split('/');
      await ignoreAbsent(rename(this.#path(table, row), join(folder, 'deleted', String(index))));
      changed.add(table);
    }
    await mapParallel([...changed], (table) => this.#syncFolder(this.#path(table)));
    await this.#remove(state, name);
  }

  /** Takes a folder away at once, for every process, then deletes its content. */
  async #remove(state, name) {
    const trash = this.#path('trash', basename(name));
    if (state !== 'trash') await ignoreAbsent(rename(this.#path(state, name), trash));
    await rm(trash, { recursive: true, force: true, maxRetries: 3 });
  }

  async #removeOldRecords() {
    const [newest, ...older] = await this.#versions();
    const announced = await namesIn(this.#path('staged'));
    for (const version of older) {
      const awaited = announced.some((name) => name.startsWith(`${version}.`));
      if (version < newest - 1 && !awaited)
        await ignoreAbsent(unlink(this.#path(`record.${version}`)));
    }
  }

  async #abandonStale(name) {
    const folder = this.#path('staged', name);
    const state = await ignoreAbsent(stat(folder));
    if (state === null || Date.now() - state.mtimeMs < STALE) return;
    // Without its record it cannot happen any more, and if it has happened, current() completes it now.
    await ignoreAbsent(unlink(join(folder, 'record')));
    await this.current();
    await this.#remove('staged', name);
  }
}
