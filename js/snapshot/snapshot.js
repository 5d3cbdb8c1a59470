import { carPath, metaPath } from '../connectors/paths.js';
import { FILE_MEMBERS } from '../database/attachment-content.js';
import { carsOf } from '../database/documents.js';
import { ReplicationError } from '../errors.js';

/**
 * Everything that a static host must serve so that `connect.static` and `fireproof(name, { snapshot })` read the database as
 * it is now. Bytes are those of the formats, sealed with the database's key unless it is public.
 *
 * @param {import('../database/database.js').Database} db
 * @param {object} [options]
 * @param {boolean} [options.files] whether the attachments of the documents go along; one that is not stored here is fetched
 *   from a connected remote. Default true
 * @param {boolean} [options.compact] whether the database is compacted first, so that the snapshot is one CAR beside its
 *   attachments. False: its log as it stands, whose CARs an earlier snapshot has already, but for the new ones. Default true
 * @param {boolean} [options.meta] whether there is a meta record, which `connect.static` needs. That of an encrypted 0.14
 *   database holds the key in clear: without it only those read the snapshot who are given a link. Default true
 * @returns {Promise<{ root: string, files: { path: string, bytes: Uint8Array }[] }>} `root`: CID of the newest CAR, for
 *   links. `path` is relative to the address of the snapshot and percent-encoded; the meta is the last one, so that whoever
 *   uploads them in order publishes nothing before it is whole
 * @throws {ReplicationError} `invalid-argument` if nothing was ever written; `not-found` if an attachment cannot be had
 */
export async function snapshot(db, { files = true, compact = true, meta = true } = {}) {
  await db.ready;
  if (db.clock.length === 0) {
    const message = `database "${db.name}" has nothing to make a snapshot of: write or pull first`;
    throw new ReplicationError('invalid-argument', message);
  }
  if (compact) await db.compact();
  const replica = await db.replica();
  const place = { database: db.name, format: db.format };
  const made = [];
  for (const cid of files ? replica.files : []) {
    made.push({ path: carPath(place, 'file', cid), bytes: await attachmentCar(db, cid) });
  }
  for (const cid of replica.cars) {
    made.push({ path: carPath(place, 'data', cid), bytes: await db.readCar('car', cid) });
  }
  if (meta) made.push({ path: metaPath(place), bytes: replica.meta });
  return { root: replica.cars[0], files: made };
}

/**
 * The stored bytes of an attachment CAR. Reading the attachment fetches what is not stored.
 *
 * @param {import('../database/database.js').Database} db
 * @param {string} cid
 * @returns {Promise<Uint8Array>}
 * @throws {ReplicationError} `not-found`
 */
export async function attachmentCar(db, cid) {
  try {
    return await db.readCar('file', cid);
  } catch (error) {
    if (error.code !== 'not-found') throw error;
  }
  const entry = await entryOf(db, cid);
  if (!entry) {
    const message = `no document names the attachment CAR ${cid} any more, and it is not stored here`;
    throw new ReplicationError('not-found', message);
  }
  await entry.file();
  return db.readCar('file', cid);
}

async function entryOf(db, cid) {
  const { rows } = await db.allDocs();
  return rows
    .flatMap(({ value }) => FILE_MEMBERS.flatMap((member) => Object.values(value[member] ?? {})))
    .find((entry) => carsOf(entry).includes(cid));
}
