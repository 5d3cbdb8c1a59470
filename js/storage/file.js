import { randomBytes } from 'node:crypto';
import { watch } from 'node:fs';
import { access, link, open, readFile, readdir, rename, rm, rmdir, unlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { ReplicationError, asReplicationError } from '../errors.js';
import { clipRange } from './block-storage.js';
import { createFolder, ignoreAbsent, mapParallel, namesIn, writeDurably } from './durable-files.js';
import { databaseFolder, decodeName, formatFolder, rowName } from './file-names.js';
import { FileTransactions } from './file-transactions.js';
import { StorageInstance } from './storage-instance.js';

/** Errors of the file system that mean that there is no room. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

/** Open instances of this process by folder. @type {Map<string, Set<FileStorage>>} */
const instances = new Map();

/**
 * A store in a folder, `<dir>/<name>/<format>`, for Node. Several objects and several processes may use
 * the same folder; it must be on a file system with hard links, as all common ones but FAT are.
 */
export class FileStorage extends StorageInstance {
  #root;
  #transactions;
  /** Tells this store from a later one in the same folder. */
  #identity = '';
  /** The newest version that listeners need not be told of. */
  #seen = 0;
  /** @type {import('node:fs').FSWatcher | null} */
  #watcher = null;

  /**
   * @param {{ name: string, format: string, dir?: string, durability?: 'relaxed' | 'strict' }} options database
   *   name, format as '0.14' or '0.24', the folder of all stores (default `~/.fireproof-wasm`), and whether a
   *   commit waits until it is on the medium ('strict', survives loss of power) or the system has accepted it
   *   ('relaxed', the default)
   * @throws {ReplicationError} `invalid-argument`
   */
  constructor({ name, format, dir = join(homedir(), '.fireproof-wasm'), durability = 'relaxed' }) {
    super(`file store "${name}"`);
    this.#root = resolve(dir, databaseFolder(name), formatFolder(format));
    this.#transactions = new FileTransactions(this.#root, durability);
  }

  doOpen() {
    return this.#guard('cannot be opened', async () => {
      await removeDestroyed(this.#root);
      await createFolder(this.#root);
      this.#identity = await establishIdentity(this.#root);
      await this.#transactions.open();
      this.#seen = (await this.#transactions.current()).version;
      if (!instances.has(this.#root)) instances.set(this.#root, new Set());
      instances.get(this.#root).add(this);
      if (this.hasListeners) this.#watch();
    });
  }

  doReadRecord() {
    return this.#guard('cannot be read', async () => {
      await this.#checkIdentity();
      const current = await this.#transactions.current();
      this.#seen = Math.max(this.#seen, current.version);
      return current;
    });
  }

  doRead(reads) {
    return this.#guard('cannot be read', () =>
      mapParallel(reads, async ({ table, key, ...range }) => {
        const bytes = await ignoreAbsent(readRange(join(this.#root, table, rowName(key)), range));
        if (bytes === null) await this.#checkIdentity();
        return bytes;
      }),
    );
  }

  doReadAll(table) {
    return this.#guard('cannot be read', async () => {
      await this.#checkIdentity();
      const names = await readdir(join(this.#root, table));
      const rows = await mapParallel(names, async (name) => {
        const bytes = await ignoreAbsent(readRange(join(this.#root, table, name), {}));
        return bytes && { key: decodeName(name), bytes };
      });
      return rows.filter((row) => row !== null);
    });
  }

  doCommit(commit) {
    return this.#guard('cannot be written', async () => {
      await this.#checkIdentity();
      if (commit.record === undefined) return this.#transactions.commit(commit);
      // Set before, because the news of our own record arrives while we are still completing it.
      const [seen, version] = [this.#seen, commit.version + 1];
      this.#seen = Math.max(seen, version);
      if (!(await this.#transactions.commit(commit))) {
        this.#seen = seen;
        return false;
      }
      for (const other of instances.get(this.#root)) if (other !== this) other.#changed(version);
      return true;
    });
  }

  doListen() {
    if (instances.get(this.#root)?.has(this)) this.#watch();
  }

  async doClose() {
    this.#watcher?.close();
    const here = instances.get(this.#root);
    here?.delete(this);
    if (here?.size === 0) instances.delete(this.#root);
  }

  async doDestroy() {
    const others = [...instances.get(this.#root)].filter((other) => other !== this);
    await this.doClose();
    for (const other of others) {
      other.lose('closed', 'was destroyed');
      await other.doClose();
    }
    await this.#guard('cannot be destroyed', async () => {
      const gone = `${this.#root}.destroyed-${randomBytes(8).toString('hex')}`;
      await rename(this.#root, gone);
      await rm(gone, { recursive: true, force: true, maxRetries: 3 });
      // The folder of the database stays while it holds the other format.
      await rmdir(dirname(this.#root)).catch(() => {});
    });
  }

  /** @param {number} version that now exists */
  #changed(version) {
    if (version <= this.#seen) return;
    this.#seen = version;
    this.notify();
  }

  /**
   * Listens to other processes. Where the system has no watches left there are no calls from outside:
   * they are hints, a commit on an old version fails all the same.
   */
  #watch() {
    if (this.#watcher) return;
    try {
      this.#watcher = watch(this.#root, { persistent: false });
    } catch {
      return;
    }
    this.#watcher.on('error', () => this.#watcher.close());
    this.#watcher.on('change', (_type, name) => {
      const version = Number(/^record\.(\d+)$/.exec(String(name))?.[1]);
      if (version) this.#changed(version);
      else
        this.#checkIdentity().catch((error) => {
          if (error instanceof ReplicationError) this.lose('storage-lost', 'was deleted');
        });
    });
  }

  async #checkIdentity() {
    const identity = await ignoreAbsent(readFile(join(this.#root, 'store'), 'hex'));
    if (identity !== this.#identity) {
      throw new ReplicationError('storage-lost', `${this.label} was deleted`);
    }
  }

  /**
   * @template T
   * @param {string} what end of the message "file store … cannot be …"
   * @param {() => Promise<T>} operation
   * @returns {Promise<T>}
   */
  async #guard(what, operation) {
    try {
      return await operation();
    } catch (error) {
      const code = FULL.has(error.code) ? 'quota-exceeded' : 'storage-lost';
      throw asReplicationError(error, code, `${this.label} ${what}`);
    }
  }
}

/**
 * @param {string} path
 * @param {{ offset?: number, length?: number }} range
 * @returns {Promise<Uint8Array>} only the range is read
 */
async function readRange(path, range) {
  const file = await open(path, 'r');
  try {
    const { start, end } = clipRange(range, (await file.stat()).size);
    const bytes = new Uint8Array(end - start);
    for (let done = 0; done < bytes.length;) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, start + done);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

/**
 * Reads the random identity of a store, or gives it one. Of several processes one wins.
 * @param {string} root
 */
async function establishIdentity(root) {
  const path = join(root, 'store');
  if ((await ignoreAbsent(access(path))) === null) {
    const draft = `${path}.${randomBytes(8).toString('hex')}`;
    await writeDurably(draft, randomBytes(16));
    await link(draft, path).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await unlink(draft);
  }
  return readFile(path, 'hex');
}

/**
 * Deletes what a process left that was killed while it destroyed the store.
 * @param {string} root
 */
async function removeDestroyed(root) {
  const names = await namesIn(dirname(root));
  for (const name of names.filter((each) => each.startsWith(`${basename(root)}.destroyed-`))) {
    await rm(join(dirname(root), name), { recursive: true, force: true, maxRetries: 3 });
  }
}
