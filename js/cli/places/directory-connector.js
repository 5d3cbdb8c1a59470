import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { carPath, metaPath } from '../../connectors/paths.js';
import { ReplicationError } from '../../errors.js';

/**
 * The objects of a database in a folder, as servers and static hosts keep them. It replaces what it is told to: nothing else
 * may write there meanwhile.
 *
 * @param {string} dir
 * @param {import('../../connectors/connector.js').Database} database
 * @returns {import('../../connectors/connector.js').Connector}
 */
export function directoryConnector(dir, database) {
  const name = `folder ${dir}`;
  const failure = (error) =>
    new ReplicationError('server', error.message, { remote: name, cause: error, retryable: false });

  async function read(path) {
    try {
      return new Uint8Array(await readFile(join(dir, decodeURIComponent(path))));
    } catch (error) {
      if (error.code === 'ENOENT') return null;
      throw failure(error);
    }
  }

  async function write(path, bytes) {
    try {
      await writeWhole(join(dir, decodeURIComponent(path)), bytes);
    } catch (error) {
      throw failure(error);
    }
  }

  return {
    name,
    canWrite: true,
    conditional: false,
    async getMeta() {
      const bytes = await read(metaPath(database));
      return bytes === null ? { status: 'none' } : { status: 'found', metas: [bytes] };
    },
    getCar: ({ kind, cid }) => read(carPath(database, kind, cid)),
    async putCar({ kind, cid, bytes }) {
      await write(carPath(database, kind, cid), bytes);
      return 'stored';
    },
    async putMeta({ bytes }) {
      await write(metaPath(database), bytes);
      return { status: 'stored' };
    },
  };
}

/** Stores a file so that nobody sees half of it. @param {string} place @param {Uint8Array | string} bytes */
export async function writeWhole(place, bytes) {
  await mkdir(dirname(place), { recursive: true });
  const draft = `${place}.${randomUUID()}`;
  await writeFile(draft, bytes, { flush: true });
  await rename(draft, place);
}
