import { ReplicationError } from '../errors.js';
import { isEnvelope } from '../interop/cars.js';
import { groupOf, parseMetaList } from '../interop/meta-list.js';
import { parseHeader } from '../interop/meta-header.js';

/**
 * @typedef {object} PackageStore what the JavaScript package keeps of a database on a device
 * @property {string} database
 * @property {'0.24' | '0.14'} format
 * @property {string} where in words, for messages
 * @property {Uint8Array | null} meta
 * @property {(kind: 'data' | 'file', cid: string) => Promise<Uint8Array | null>} readCar
 * @property {string | null} key base58 or hex, where the store tells it
 */

/** How CARs of 0.19 and 0.18 are named: by codec 0x300539 (format page 0.24, section 10). */
const OLDER = /^bag4yvq/;

/**
 * The store as a remote that is only read.
 *
 * @param {PackageStore} store
 * @returns {import('../connectors/connector.js').Connector}
 */
export function storeConnector({ where, meta, readCar }) {
  return {
    name: where,
    canWrite: false,
    conditional: false,
    getMeta: async () => (meta ? { status: 'found', metas: [meta] } : { status: 'none' }),
    getCar: ({ kind, cid }) => readCar(kind, cid),
  };
}

/**
 * How a database has to be opened to take what is in the store.
 *
 * @param {PackageStore} store
 * @returns {Promise<{ format: string, public: boolean, key?: string }>}
 * @throws {ReplicationError} `not-found` if there is no meta, `unsupported-format` for older generations, `corrupt-meta`
 */
export async function openingOf(store) {
  const { format, where, meta, key } = store;
  if (!meta)
    throw new ReplicationError('not-found', `${where} has no meta: nothing was ever written`);
  if (format === '0.14') {
    const { key: told } = parseHeader(meta);
    return { format, public: told === null, key: told ?? undefined };
  }
  const [cid] = newestOf(meta, where);
  if (OLDER.test(cid)) throw tooOld(where);
  const bytes = await store.readCar('data', cid);
  const isPublic = bytes !== null && !isEnvelope(bytes);
  return { format, public: isPublic, key: isPublic ? undefined : (key ?? undefined) };
}

function newestOf(meta, where) {
  const { entries } = parseMetaList([meta]);
  if (entries.length > 0) return groupOf(entries[0]);
  throw new ReplicationError('not-found', `${where} has an empty meta: nothing was ever written`);
}

const tooOld = (where) =>
  new ReplicationError(
    'unsupported-format',
    `${where} was written by Fireproof 0.18 or 0.19, whose CARs are others; open it with 0.19 and ` +
      'copy its documents into a database of 0.24',
  );
