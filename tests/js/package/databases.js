import { ReplicationError, fireproof } from 'fireproof-wasm';
import assert from 'node:assert/strict';

/** What databases can be: each format, encrypted and public. */
export const KINDS = [
  { format: '0.24', public: false },
  { format: '0.24', public: true },
  { format: '0.14', public: false },
  { format: '0.14', public: true },
];

/** @param {{ format: string, public: boolean }} kind */
export const titleOf = (kind) => `${kind.format}, ${kind.public ? 'public' : 'encrypted'}`;

let made = 0;

/** Works on a new database in memory that is destroyed afterwards. */
export async function withDatabase({ name = `test-${++made}`, ...options }, work) {
  const db = fireproof(name, { storage: 'memory', ...options });
  try {
    await work(db);
  } finally {
    await db.destroy();
  }
}

/** Closes a database and opens it again on the same store. */
export async function reopened(db, options) {
  await db.close();
  return fireproof(db.name, { storage: 'memory', format: db.format, ...options });
}

/** @returns {Promise<void>} that fails unless the promise rejects as wanted */
export const rejectsWith = (promise, code, message = /./) =>
  assert.rejects(promise, (error) => {
    assert.ok(error instanceof ReplicationError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    return true;
  });
