import { ReplicationError } from '../errors.js';
import { tabTransport } from './tab.js';
import { websocketTransport } from './websocket.js';

const FACTORIES = { tab: tabTransport, websocket: websocketTransport };

/** Whether a kind of remote consists of live engines. @param {string | undefined} kind */
export const isPeerKind = (kind) => kind !== undefined && Object.hasOwn(FACTORIES, kind);

/**
 * Makes the transport of a remote that consists of live engines.
 *
 * @param {{ kind: string, options?: object }} remote
 * @param {import('../connectors/connector.js').Database} database
 * @returns {import('./transport.js').PeerTransport}
 * @throws {ReplicationError} `invalid-argument`
 */
export function transportFor({ kind, options, meta }, database) {
  if (meta) throw new ReplicationError('invalid-argument', 'peers have a meta of their own');
  return FACTORIES[kind]({ ...options, ...database });
}
