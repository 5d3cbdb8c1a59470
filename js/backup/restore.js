import { ReplicationError } from '../errors.js';
import { metaOfCar } from '../snapshot/meta-of-car.js';
import { blockBytes, blocksOf, corrupt } from './car-file.js';
import { pullAll } from './pull-all.js';

/** Longest manifest, bytes: 60 bytes a CAR. */
const LARGEST_MANIFEST = 64 * 1024 * 1024;

/**
 * Makes `restore` of a platform.
 *
 * @param {(name: string, options: object) => import('../database/database.js').Database} fireproof
 */
export function restoreWith(fireproof) {
  /**
   * Writes a backup into local storage, where no such database may be yet. It goes on as if it had been there all the time:
   * the log, the events and the attachments are the same. Every CAR and every block is verified.
   *
   * @param {Blob | ReadableStream<Uint8Array>} source a File is read piece by piece; a stream is kept as a Blob first
   * @param {{ name?: string, key?: string, storage?: any, worker?: boolean }} [options] as for `fireproof()`; `name` is that of
   *   the backup by default, `key` is needed unless the database is public
   * @returns {Promise<import('../database/database.js').Database>} once everything is stored
   * @throws {ReplicationError} `corrupt-car`, `key-missing`, `invalid-argument` if the database has documents already
   */
  return async function restore(source, { name, ...options } = {}) {
    const file = source instanceof Blob ? source : await new Response(source).blob();
    const { manifest, places } = await readManifest(file);
    const { database, format, public: isPublic } = manifest;
    const { key } = options;
    if (!isPublic && !key) {
      const message = `the backup of "${database}" is encrypted: give its key, which is not in it`;
      throw new ReplicationError('key-missing', message);
    }
    const db = fireproof(name ?? database, { ...options, format, public: isPublic });
    try {
      await pullAll(db, backupConnector(file, { manifest, places, key }));
      return db;
    } catch (error) {
      await db.close().catch(() => {});
      throw error;
    }
  };
}

async function readManifest(file) {
  const { root, blocks } = await blocksOf(file);
  const [first, ...others] = blocks;
  if (first?.cid !== root || first.end - first.start > LARGEST_MANIFEST) {
    throw corrupt('its first block is not its root');
  }
  let manifest;
  try {
    manifest = JSON.parse(new TextDecoder().decode(await blockBytes(file, first)));
  } catch (cause) {
    throw cause instanceof ReplicationError ? cause : corrupt('its first block cannot be read');
  }
  const { cars, files } = manifest ?? {};
  if (manifest?.['fireproof-backup'] !== 1 || !Array.isArray(cars) || !Array.isArray(files)) {
    throw corrupt('its first block says nothing of a backup');
  }
  if (others.length !== cars.length + files.length) throw corrupt('CARs are missing');
  const places = new Map([...cars, ...files].map((cid, at) => [cid, others[at]]));
  return { manifest, places };
}

/** The backup as a remote. */
function backupConnector(file, { manifest: { cars, format }, places, key }) {
  return {
    name: 'backup',
    canWrite: false,
    conditional: false,
    async getMeta() {
      return { status: 'found', metas: [await metaOfCar(cars[0], { format, key })] };
    },
    async getCar({ cid }) {
      const place = places.get(cid);
      return place ? blockBytes(file, place) : null;
    },
  };
}
