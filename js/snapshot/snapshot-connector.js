import { baseUrl, describe } from '../connectors/base-url.js';
import { HttpClient } from '../connectors/http.js';
import { objectReader } from '../connectors/object-reader.js';
import { ReplicationError } from '../errors.js';
import { parseCarCid } from '../server/car-cid.js';
import { metaOfCar } from './meta-of-car.js';

/**
 * A snapshot that a link leads to: a folder of CARs on any static host and the CID of the newest one, in place of a meta
 * record. Like those of `connect.static` its requests need no CORS preflight.
 *
 * @param {object} options
 * @param {string | URL} options.url the folder of the objects
 * @param {string} options.car CID of the newest CAR
 * @param {string} [options.key] hex, of an encrypted 0.14 database
 * @param {string} [options.source] name of the database that the snapshot was made of; default `database`
 * @param {typeof globalThis.fetch} [options.fetch]
 * @param {string} options.database
 * @param {string} options.format
 * @returns {import('../connectors/connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function snapshotConnector({ url, car, key, source, fetch, database, format }) {
  const base = baseUrl(url);
  if (typeof car !== 'string' || parseCarCid(car) === null) {
    throw new ReplicationError('invalid-argument', `\`snapshot.car\` is no CID of a CAR: ${car}`);
  }
  const name = `snapshot ${describe(base)} ${car}`;
  const http = new HttpClient({ remote: name, fetch });
  const place = { database: source ?? database, format };
  const { getCar } = objectReader({ base, http, database: place, unchanged: 'compare' });
  return {
    name,
    canWrite: false,
    conditional: false,
    getCar,
    async getMeta({ etag } = {}) {
      if (etag === car) return { status: 'not-modified' };
      return { status: 'found', metas: [await metaOfCar(car, { format, key })], etag: car };
    },
  };
}
