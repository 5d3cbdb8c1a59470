/**
 * Adapters with which a page or process that runs the JavaScript Fireproof replicates through the connectors of this
 * package.
 */
export { restConnector } from '../connectors/rest.js';
export { s3Connector } from '../connectors/s3.js';
export { ReplicationError } from '../errors.js';
export { attachable, registerGateway } from './gateway.js';
export { indexedDbQueue } from './indexeddb-queue.js';
export { memoryQueue } from './queue-store.js';
export { rawConnection } from './raw-connection.js';
