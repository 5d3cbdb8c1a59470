import { ReplicationError } from '../errors.js';

/**
 * @param {any} connector
 * @returns {import('../connectors/connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkConnector(connector) {
  const isConnector = ['getMeta', 'getCar'].every(
    (name) => typeof connector?.[name] === 'function',
  );
  if (isConnector && connector.canWrite) return connector;
  const message = isConnector
    ? `${connector.name} is only read; the package needs a remote that can be written to`
    : 'an adapter takes a connector, such as restConnector makes';
  throw new ReplicationError('invalid-argument', message);
}

/** @param {Uint8Array | ArrayBuffer} bytes as the package hands them over */
export const asBytes = (bytes) => (bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes));
