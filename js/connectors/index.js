import { ReplicationError } from '../errors.js';
import { rawConnector } from './raw.js';
import { restConnector } from './rest.js';
import { staticConnector } from './static.js';

const FACTORIES = { raw: rawConnector, rest: restConnector, static: staticConnector };

/**
 * Makes the connector of a kind.
 *
 * @param {string} kind 'raw', 'rest' or 'static'
 * @param {object} options of the kind, with `database` and `format`
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function connectorOf(kind, options) {
  if (!Object.hasOwn(FACTORIES, kind)) {
    throw new ReplicationError('invalid-argument', `there is no connector "${kind}"`);
  }
  return FACTORIES[kind](options);
}
