import { mkdir, open, readdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Files open at once for one call: enough to keep the thread pool busy, far below any limit. */
const PARALLEL = 16;

/**
 * Runs `work` over `items`, at most 16 at a time. After a failure no further item is started, and the
 * promise rejects once those that run have ended.
 *
 * @template T, R
 * @param {readonly T[]} items
 * @param {(item: T) => Promise<R>} work
 * @returns {Promise<R[]>} in the order of `items`
 */
export async function mapParallel(items, work) {
  const results = new Array(items.length);
  let next = 0;
  let failed = false;
  const worker = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await work(items[index]);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(PARALLEL, items.length) }, worker);
  const outcomes = await Promise.allSettled(workers);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) throw failure.reason;
  return results;
}

/**
 * Writes a new file, which the system has when the promise resolves.
 *
 * @param {string} path must not exist yet
 * @param {Uint8Array[]} parts the content, in order
 */
export const writeNew = (path, ...parts) => write(path, parts, false);

/**
 * The same, and the content is on the medium. Its *name* is durable only after `syncFolder` of the folder.
 *
 * @param {string} path must not exist yet
 * @param {Uint8Array[]} parts the content, in order
 */
export const writeDurably = (path, ...parts) => write(path, parts, true);

async function write(path, parts, durably) {
  const file = await open(path, 'wx');
  try {
    for (const part of parts) await file.writeFile(part);
    if (durably) await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * Makes the content of a file durable.
 * @param {string} path
 */
export async function syncFile(path) {
  const file = await open(path, 'r+');
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * Makes the names in a folder durable. Windows has no such call and needs none.
 * @param {string} path
 */
export async function syncFolder(path) {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/**
 * Creates a folder and makes it and its new ancestors durable.
 * @param {string} path absolute; may exist
 */
export async function createFolder(path) {
  const created = await mkdir(path, { recursive: true });
  if (created === undefined) return;
  for (let folder = path; folder !== dirname(created); folder = dirname(folder)) {
    await syncFolder(dirname(folder));
  }
}

/**
 * @param {string} path
 * @returns {Promise<string[]>} the names in a folder, none if it does not exist
 */
export async function namesIn(path) {
  return (await ignoreAbsent(readdir(path))) ?? [];
}

/**
 * @template T
 * @param {Promise<T>} operation
 * @returns {Promise<T | null>} null if it failed because a file or folder does not exist
 */
export async function ignoreAbsent(operation) {
  try {
    return await operation;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}
