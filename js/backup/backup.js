import { ReplicationError } from '../errors.js';
import { attachmentCar } from '../snapshot/snapshot.js';
import { blockStart, carStart, rawCidBytes } from './car-file.js';

/**
 * A database as one file: a CAR of version 1 with all that a remote would hold, sealed as it is. The first block says what
 * there is; the others are the stored CARs, each whole. The key is not in it, whatever the format.
 *
 * One CAR is in memory at a time. What is written while the stream is read is not in it.
 *
 * @param {import('../database/database.js').Database} db
 * @returns {ReadableStream<Uint8Array>} fails with `invalid-argument` if nothing was ever written, `not-found` if an
 *   attachment is neither stored here nor at a connected remote
 */
export function backup(db) {
  const parts = partsOf(db);
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await parts.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    cancel: () => parts.return(),
  });
}

async function* partsOf(db) {
  await db.ready;
  if (db.clock.length === 0) {
    const message = `database "${db.name}" has nothing to back up`;
    throw new ReplicationError('invalid-argument', message);
  }
  const { cars, files } = await db.replica();
  const isPublic = (await db.exportKey()) === null;
  const { name, format } = db;
  const manifest = { 'fireproof-backup': 1, database: name, format, public: isPublic, cars, files };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const root = await rawCidBytes(bytes);
  yield carStart(root);
  yield* block(root, bytes);
  for (const cid of cars) yield* carBlock(await db.readCar('car', cid));
  for (const cid of files) yield* carBlock(await attachmentCar(db, cid));
}

async function* carBlock(bytes) {
  yield* block(await rawCidBytes(bytes), bytes);
}

function* block(cid, bytes) {
  yield blockStart(cid, bytes.length);
  if (bytes.length > 0) yield bytes;
}
