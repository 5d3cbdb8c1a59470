import { ReplicationError } from '../errors.js';
import { snapshotConnector } from '../snapshot/snapshot-connector.js';
import { ipfsConnector } from './ipfs.js';
import { writingOf } from './raw-functions.js';
import { nameWith } from './names.js';
import { rawConnector } from './raw.js';
import { restConnector } from './rest.js';
import { s3Connector, whyS3IsReadOnly } from './s3.js';
import { staticConnector } from './static.js';
import { withMeta } from './with-meta.js';

const FACTORIES = {
  ipfs: ipfsConnector,
  raw: rawConnector,
  rest: restConnector,
  s3: s3Connector,
  snapshot: snapshotConnector,
  static: staticConnector,
};

/** Why a remote cannot be written to, by kind, and what to do about it; null: it can. */
const READ_ONLY = {
  ipfs: ({ rpc }) => (rpc ? null : 'it has no `rpc`, to which blocks are given'),
  raw: (options) =>
    writingOf(options) ? null : 'it has no function upload, or metaUpload and dataUpload',
  rest: () => null,
  s3: whyS3IsReadOnly,
  snapshot: () => 'a snapshot is only read',
  static: () => 'a static host is only read; connect.rest writes',
  tab: () => null,
  websocket: () => null,
};

/**
 * Makes the connector of a kind.
 *
 * @param {string} kind 'raw', 'rest', 's3' or 'static'
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

/**
 * Why there will be no `putCar` and `putMeta`: for those who choose a mode before the connector is made.
 *
 * @param {string} kind 'raw', 'rest', 's3', 'static', or one of peers
 * @param {object} options of the kind
 * @returns {string | null} null: it can be written to
 */
export function whyReadOnly(kind, options) {
  return READ_ONLY[kind](options);
}

/**
 * Makes the connector of a remote for a database.
 *
 * @param {{ kind?: string, options?: object, connector?: import('./connector.js').Connector, meta?: object }} remote a
 *   kind with its options, or a connector; `meta` is the remote that keeps the meta record, if it is another one
 * @param {import('./connector.js').Database} database
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function connectorFor({ kind, options, connector, meta }, database) {
  const own = connector
    ? identified(connector, options?.identity)
    : connectorOf(kind, { ...options, ...database });
  if (!meta) return own;
  const keeper = connectorFor(meta, database);
  return own.withMeta ? own.withMeta(keeper) : withMeta(own, keeper);
}

/** A connector of the application under a name that tells which place it is. */
function identified(connector, identity) {
  if (identity === undefined) return connector;
  const name = nameWith(connector.name, identity);
  return new Proxy(connector, {
    get(target, property) {
      if (property === 'name') return name;
      const value = target[property];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
