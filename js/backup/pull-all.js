import { FILE_MEMBERS } from '../database/attachment-content.js';
import { connect } from '../database/connect.js';
import { ReplicationError } from '../errors.js';

/**
 * Stores here what a remote has, attachments included.
 *
 * @param {import('../database/database.js').Database} db which has no documents yet
 * @param {import('../connectors/connector.js').Connector} connector
 * @param {{ missingFiles?: string[] }} [found] gets the names of attachments that the remote has not, as '<id>/<name>', in
 *   place of an error
 * @throws {ReplicationError} `invalid-argument` if there are documents; what pulling and reading attachments throw
 */
export async function pullAll(db, connector, { missingFiles } = {}) {
  await db.ready;
  if (db.clock.length > 0) {
    const message = `database "${db.name}" is there already: give another name`;
    throw new ReplicationError('invalid-argument', message);
  }
  const connection = connect(db, connector, { mode: 'pull', poll: 0 });
  try {
    await connection.pull();
    const { rows } = await db.allDocs();
    for (const { key, value } of rows) {
      const entries = FILE_MEMBERS.flatMap((member) => Object.entries(value[member] ?? {}));
      for (const [name, entry] of entries) {
        try {
          await entry.file(); // reading an attachment stores it
        } catch (error) {
          if (error.code !== 'not-found' || !missingFiles) throw error;
          missingFiles.push(`${key}/${name}`);
        }
      }
    }
  } finally {
    await connection.close();
  }
}
