import { createHash, randomBytes } from 'node:crypto';
import { access, constants, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createFolder, syncFile, syncFolder } from '../storage/durable-files.js';
import { differs, matches } from './conditions.js';
import { Locks } from './locks.js';
import { START_BYTES } from './received-body.js';
import { StoredFiles, carTag, hashOfPath, ignoreAbsent, tagOf } from './stored-files.js';

/**
 * Milliseconds without a byte after which a draft counts as the remains of a killed process, and after which remains are
 * looked for again. The handler ends uploads long before.
 */
const STALE = 10 * 60 * 1000;

/**
 * Objects as files of a folder: `<kind>/<folder>/<file>`, the layout that static hosts serve and that
 * Fireproof's own example server keeps. Bodies are written to `.drafts` and then linked or renamed, so that
 * nobody sees half an object, and a crash leaves the old or the new one.
 *
 * Conditions on a meta hold between the requests of one process: run one server on a folder.
 *
 * @param {string} dir created when the first object is stored
 * @returns {import('./object-store.js').ObjectStore}
 */
export function directoryStore(dir) {
  const root = resolve(dir);
  const drafts = join(root, '.drafts');
  const locks = new Locks();
  const files = new StoredFiles();
  const pathOf = ({ kind, folder, file }) => join(root, kind, folder, file);
  // Only tidying up: failing to is no reason to refuse requests.
  const sweep = () => removeStale(drafts).catch(() => {});
  let lastSweep = Date.now();
  const swept = sweep();

  /** Stores a complete draft as the object, if conditions still allow it. */
  async function publish(key, draft, { conditions, sha256 }) {
    const path = pathOf(key);
    const current = await files.tag(path, key);
    if (!matches(conditions, current) || !differs(conditions, current)) {
      return { outcome: 'precondition-failed', etag: current };
    }
    const known = async () => {
      const isSame = (await hashOfPath(path)).equals(sha256);
      return { outcome: isSame ? 'unchanged' : 'different', etag: carTag(key) };
    };
    if (key.cid !== null && current !== null) return known();
    const folder = join(root, key.kind, key.folder);
    await createFolder(folder);
    await syncFile(draft);
    if (key.cid === null) {
      await rename(draft, path);
    } else {
      try {
        await link(draft, path);
      } catch (error) {
        // Another process on the same folder was faster.
        if (error.code === 'EEXIST') return known();
        throw error;
      }
    }
    await syncFolder(folder);
    const etag = key.cid === null ? tagOf(sha256) : carTag(key);
    return { outcome: current === null ? 'created' : 'replaced', etag };
  }

  return {
    open: (key) => files.open(pathOf(key), key),

    async check() {
      const state = await stat(root).catch(ignoreAbsent);
      // Without one, it is made with the first object.
      if (state === null) return;
      if (!state.isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
      await access(root, constants.R_OK | constants.W_OK | constants.X_OK);
    },

    async put(key, body, { conditions, limit, refuse }) {
      const current = await files.tag(pathOf(key), key);
      if (!matches(conditions, current) || !differs(conditions, current)) {
        return { outcome: 'precondition-failed', etag: current };
      }
      await swept;
      if (Date.now() - lastSweep > STALE) {
        lastSweep = Date.now();
        sweep();
      }
      await createFolder(drafts);
      const draft = join(drafts, randomBytes(16).toString('hex'));
      try {
        const received = await receive(body, draft, limit);
        if (typeof received === 'string') return { outcome: received };
        const reason = refuse(received);
        if (reason !== null) return { outcome: 'refused', reason };
        const { sha256 } = received;
        return await locks.run(pathOf(key), () => publish(key, draft, { conditions, sha256 }));
      } finally {
        await rm(draft, { force: true });
      }
    },
  };
}

/**
 * Writes a body to a new file, and no further than the limit.
 * @returns {Promise<import('./object-store.js').Received | 'too-large' | 'incomplete'>}
 */
async function receive(body, path, limit) {
  const hash = createHash('sha256');
  const start = [];
  let size = 0;
  const file = await open(path, 'wx');
  try {
    const reader = (body ?? new Blob([]).stream()).getReader();
    for (;;) {
      const part = await reader.read().catch(() => null);
      if (part === null) return 'incomplete';
      if (part.done) break;
      const { value } = part;
      if (size < START_BYTES) start.push(value.subarray(0, START_BYTES - size));
      size += value.length;
      if (size > limit) {
        reader.cancel().catch(() => {});
        return 'too-large';
      }
      hash.update(value);
      await file.writeFile(value);
    }
  } finally {
    await file.close();
  }
  return { size, sha256: hash.digest(), start: new Uint8Array(Buffer.concat(start)) };
}

async function removeStale(folder) {
  for (const name of (await readdir(folder).catch(ignoreAbsent)) ?? []) {
    const path = join(folder, name);
    const state = await stat(path).catch(ignoreAbsent);
    if (state !== null && Date.now() - state.mtimeMs > STALE) await rm(path, { force: true });
  }
}
