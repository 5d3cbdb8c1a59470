// What applications import from Fireproof's JavaScript package beside `fireproof`, so that an alias in the bundler moves them.
import { fireproof as open, ReplicationError } from 'fireproof-wasm';
import { ownOptions } from './own-options.js';

export { connect, ReplicationError } from 'fireproof-wasm';
export { Index, index } from './index-of.js';
export { isDatabase } from './is-database.js';

/** The version of this package. */
export const PACKAGE_VERSION = __VERSION__;

/**
 * As `fireproof` of this package. Options of the JavaScript package that mean nothing here are left out, with a warning.
 *
 * @param {string} [name]
 * @param {object} [options]
 */
export function fireproof(name, options) {
  const { options: own, leftOut } = ownOptions(options);
  const db = open(name, own);
  if (leftOut.length > 0) {
    const names = leftOut.join(', ');
    db.logger.warn(`fireproof-wasm/compat: fireproof("${db.name}") does nothing with ${names}`);
  }
  return db;
}

/** There is no cloud of this package. @throws {ReplicationError} always, saying what to use */
export function toCloud() {
  throw new ReplicationError(
    'invalid-argument',
    'toCloud() is a service of Fireproof. Here a database replicates with storage of yours: connect.rest(db, { url }) with ' +
      '`npx fireproof-wasm serve`, or connect.s3(db, { region, bucket }); db.attach(new connect.rest({ url })) is the same',
  );
}
