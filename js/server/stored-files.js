import { createHash } from 'node:crypto';
import { stat } from 'node:fs';
import { open } from 'node:fs/promises';
import { KnownFiles, SMALL_FILE } from './known-files.js';

/** Bytes of a larger file that are in memory for one reader. */
const PART = 64 * 1024;

/**
 * Reads the objects of a folder. Small ones are read at once and may stay in memory; of a larger one, each reader
 * has one part of 64 KiB.
 */
export class StoredFiles {
  #known = new KnownFiles();

  /**
   * @param {string} path
   * @param {import('./object-key.js').ObjectKey} key
   * @returns {Promise<import('./object-store.js').StoredObject | null>}
   */
  async open(path, key) {
    const state = await stateOf(path);
    if (state === null) return null;
    const known = this.#known.get(path, state);
    if (known?.bytes) return objectOf(known);
    const file = await open(path, 'r').catch(ignoreAbsent);
    if (file === null) return null;
    try {
      return await this.#read(file, path, key);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * @param {string} path
   * @param {import('./object-key.js').ObjectKey} key
   * @returns {Promise<string | null>} the tag of an object, null: there is none
   */
  async tag(path, key) {
    const state = await stateOf(path);
    if (state === null) return null;
    if (key.cid !== null) return carTag(key);
    const known = this.#known.get(path, state);
    if (known !== null) return known.etag;
    const object = await this.open(path, key);
    await object?.close();
    return object?.etag ?? null;
  }

  /** @param {import('node:fs/promises').FileHandle} file closed by now, or by what is returned */
  async #read(file, path, key) {
    // The file may have been replaced since the first look.
    const state = await file.stat();
    if (state.size <= SMALL_FILE) {
      const bytes = await file.readFile();
      await file.close();
      const etag = key.cid === null ? tagOf(hashOf(bytes)) : carTag(key);
      if (bytes.length === state.size) this.#known.keep(path, state, { etag, bytes });
      return objectOf({ etag, bytes });
    }
    let etag = key.cid === null ? this.#known.get(path, state)?.etag : carTag(key);
    if (etag === undefined) {
      etag = tagOf(await hashOfFile(file));
      this.#known.keep(path, state, { etag, bytes: null });
    }
    return {
      size: state.size,
      etag,
      read: (start, end) => partsOf(file, start, end),
      close: () => file.close(),
    };
  }
}

/** The bytes of a CAR never change, so its CID may stand for them. */
export const carTag = ({ cid }) => `"${cid.text}"`;

/** @param {Uint8Array} sha256 */
export const tagOf = (sha256) => `"${Buffer.from(sha256).toString('hex')}"`;

/** @param {string} path @returns {Promise<Buffer>} SHA-256 */
export async function hashOfPath(path) {
  const file = await open(path, 'r');
  try {
    return await hashOfFile(file);
  } finally {
    await file.close();
  }
}

/** For `catch`: null where there is no such file. */
export function ignoreAbsent(error) {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}

function objectOf({ etag, bytes }) {
  const read = (start, end) => (end - start === bytes.length ? bytes : bytes.subarray(start, end));
  return { size: bytes.length, etag, read, close: async () => {} };
}

const hashOf = (bytes) => createHash('sha256').update(bytes).digest();

async function hashOfFile(file) {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafeSlow(PART);
  for (let position = 0; ;) {
    const { bytesRead } = await file.read(part, 0, PART, position);
    if (bytesRead === 0) return hash.digest();
    hash.update(part.subarray(0, bytesRead));
    position += bytesRead;
  }
}

/** A part of a file, from `start` up to `end`. Its end or its cancelling closes the file. */
function partsOf(file, start, end) {
  let position = start;
  return new ReadableStream(
    {
      async pull(controller) {
        try {
          const length = Math.min(PART, end - position);
          const part = Buffer.allocUnsafeSlow(length);
          const bytesRead =
            length === 0 ? 0 : (await file.read(part, 0, length, position)).bytesRead;
          if (bytesRead === 0 && length > 0) throw new Error('the file has become shorter');
          position += bytesRead;
          if (bytesRead > 0) controller.enqueue(part.subarray(0, bytesRead));
          if (position < end) return;
          await file.close();
          controller.close();
        } catch (error) {
          controller.error(error);
          await file.close().catch(() => {});
        }
      },
      cancel: () => file.close(),
    },
    { highWaterMark: 0 },
  );
}

/** Half the time of its counterpart in node:fs/promises, and asked for each request. */
function stateOf(path) {
  return new Promise((resolve, reject) => {
    stat(path, (error, state) => {
      if (error === null) return resolve(state);
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return resolve(null);
      return reject(error);
    });
  });
}
