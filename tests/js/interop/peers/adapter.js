import { folderQueue, restConnector, s3Connector } from 'fireproof-wasm/interop';

/**
 * What an adapted device replicates through.
 *
 * @param {object} place
 * @param {string} place.database
 * @param {'0.24' | '0.14'} place.format
 * @param {string} [place.url] of our server
 * @param {object} [place.s3] in place of it: options of connect.s3
 * @param {string} [place.queue] folder of a queue that lasts; default: memory
 * @returns {{ connector: object, options: object }} `options` of the adapter
 */
export function adapterTo({ database, format, url, s3, queue }) {
  const name = { database, format };
  const connector = s3 ? s3Connector({ ...s3, ...name }) : restConnector({ url, ...name });
  return { connector, options: queue === undefined ? {} : { queue: folderQueue(queue) } };
}
