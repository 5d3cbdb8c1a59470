import { Database } from './database/database.js';
import { spawnInBrowser } from './engine/spawn.js';

export { connect } from './database/connect.js';
export { ReplicationError } from './errors.js';

/**
 * Opens a database, or makes a new one. Returns at once.
 *
 * @param {string} name
 * @param {{ format?: '0.24' | '0.14', key?: string, public?: boolean, storage?: any, worker?: boolean }} [options]
 * @returns {Database}
 */
export function fireproof(name, options) {
  return new Database(name, options, spawnInBrowser);
}
