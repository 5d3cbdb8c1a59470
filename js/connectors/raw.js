import { ReplicationError } from '../errors.js';
import { LARGEST_CAR, LARGEST_META } from './connector.js';
import { BRANCH, dataName, metaName } from './paths.js';
import { Watch } from './watch.js';

/**
 * Milliseconds that a function of the application may take. Whether a download goes on cannot be seen from
 * here, so it is far more than a request gets; it only keeps one that never settles from blocking the rest.
 */
const PATIENCE = 5 * 60_000;

/**
 * A remote made of functions of the application, in one of two forms:
 *
 * - `{ download(params) }` with params `{ type: 'meta', name, branch }` or `{ type: 'data' | 'file', name, car }`;
 * - Fireproof 0.14's functions (format page 0.14, section 2.3): `metaDownload({ name, branch })` and
 *   `dataDownload({ type, name, car })`.
 *
 * CARs and metas are `Uint8Array` or `ArrayBuffer`; metas may also be text, or the parsed object, and there
 * may be a list of them. Null, undefined or an empty list means that there is none. A ReplicationError that a
 * function rejects with is passed on, a TypeError counts as `offline`, as fetch throws it without a network,
 * and everything else as `server`.
 *
 * @param {import('./connector.js').Database & {
 *   download?: (params: object) => any,
 *   metaDownload?: (params: object) => any,
 *   dataDownload?: (params: object) => any,
 *   patience?: number,
 * }} options `patience`: milliseconds for one call, default 5 minutes
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument` if functions are missing
 */
export function rawConnector({ database, format, patience = PATIENCE, ...functions }) {
  const { downloadMeta, downloadCar } = functionsOf(functions);
  const names = { meta: metaName({ database, format }), data: dataName({ database, format }) };

  async function call(what, signal, work) {
    const watch = new Watch({ remote: 'raw', what, stall: patience, signal });
    try {
      // Begins a microtask later, so that a caller that has aborted gets no call.
      return await watch.next(watch.signal.aborted ? null : (async () => work())());
    } catch (error) {
      throw watch.explain(error, error instanceof TypeError ? 'offline' : 'server');
    } finally {
      watch.close();
    }
  }

  return {
    name: 'raw',

    async getMeta({ signal } = {}) {
      const found = await call(`download of ${names.meta}`, signal, () =>
        downloadMeta({ name: names.meta, branch: BRANCH }),
      );
      const metas = metasIn(found, format).map((meta) => metaBytes(meta));
      return metas.length === 0 ? { status: 'none' } : { status: 'found', metas };
    },

    async getCar({ kind, cid, signal, onProgress }) {
      const found = await call(`download of ${cid}`, signal, () =>
        downloadCar({ type: kind, name: names.data, car: cid }),
      );
      if (found === null || found === undefined) return null;
      const bytes = asBytes(found);
      if (bytes === null) throw wrongType(`the CAR ${cid}`, 'a Uint8Array');
      if (bytes.length > LARGEST_CAR) throw tooLarge('corrupt-car', `the CAR ${cid}`, LARGEST_CAR);
      onProgress?.(bytes.length, bytes.length);
      return bytes;
    },
  };
}

/** The metas that a function gave: one, a list of them, or none. A parsed 0.24 meta is itself a list, of entries. */
function metasIn(found, format) {
  if (!Array.isArray(found)) return found === null || found === undefined ? [] : [found];
  const isParsed =
    format === '0.24' && found.length > 0 && found.every((item) => item?.data !== undefined);
  return isParsed ? [found] : found;
}

/** Brings both forms to the same two functions. */
function functionsOf({ download, metaDownload, dataDownload }) {
  if (typeof download === 'function') {
    return {
      downloadMeta: (params) => download({ type: 'meta', ...params }),
      downloadCar: (params) => download(params),
    };
  }
  if (typeof metaDownload !== 'function' || typeof dataDownload !== 'function') {
    const message =
      'a raw connection needs the function download, or metaDownload and dataDownload';
    throw new ReplicationError('invalid-argument', message);
  }
  return { downloadMeta: metaDownload, downloadCar: dataDownload };
}

/** @returns {Uint8Array} the bytes of a meta in any of its forms */
function metaBytes(meta) {
  const isObject = typeof meta === 'object' && meta !== null;
  let bytes = asBytes(meta);
  if (typeof meta === 'string') bytes = new TextEncoder().encode(meta);
  else if (bytes === null && isObject) bytes = new TextEncoder().encode(JSON.stringify(meta));
  if (bytes === null) throw wrongType('a meta', 'a Uint8Array, a text or an object');
  if (bytes.length > LARGEST_META) throw tooLarge('corrupt-meta', 'a meta', LARGEST_META);
  return bytes;
}

/** @returns {Uint8Array | null} null if it is not made of bytes */
function asBytes(value) {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (!ArrayBuffer.isView(value)) return null;
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
}

function wrongType(what, expected) {
  return new ReplicationError('invalid-argument', `${what} was not given as ${expected}`, {
    remote: 'raw',
  });
}

function tooLarge(code, what, limit) {
  const details = { remote: 'raw', retryable: false };
  return new ReplicationError(code, `${what} is larger than ${limit} bytes`, details);
}
