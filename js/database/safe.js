import { Connection } from './connection.js';
import { refuse } from './members.js';

/**
 * Waits until what is written by now is stored and confirmed at a remote.
 *
 * @param {Connection | 'any'} where one remote, or the first of `attached` that has it
 * @param {Connection[]} attached to the database
 * @throws {ReplicationError} `invalid-argument` if there is no such remote, or with the reason for which it will not have it
 */
export async function waitUntilSafe(where, attached) {
  if (where === 'any') {
    const writing = attached.filter(({ mode }) => mode !== 'pull');
    if (writing.length === 0) refuse("`safe: 'any'` needs a connection that pushes");
    await Promise.any(writing.map((each) => each.synced())).catch(({ errors }) => {
      throw errors[0];
    });
    return;
  }
  if (!(where instanceof Connection) || !attached.includes(where))
    refuse("`safe` is a connection of this database, or 'any'");
  if (where.mode === 'pull')
    refuse("`safe` is a connection that pushes: this one has mode: 'pull'");
  await where.synced();
}
