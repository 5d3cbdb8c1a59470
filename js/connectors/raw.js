import { ReplicationError } from '../errors.js';
import { LARGEST_CAR, LARGEST_META } from './connector.js';
import { nameWith } from './names.js';
import { BRANCH, dataName, metaName } from './paths.js';
import { readingOf, writingOf } from './raw-functions.js';
import { ReadBack } from './read-back.js';
import { Watch } from './watch.js';

/**
 * Milliseconds that a function of the application may take. Whether a transfer goes on cannot be seen from
 * here, so it is far more than a request gets; it only keeps one that never settles from blocking the rest.
 */
const PATIENCE = 5 * 60_000;

/**
 * A remote made of functions of the application, in one of two forms:
 *
 * - `{ download(params), upload(bytes, params) }` with params `{ type: 'meta', name, branch }` or
 *   `{ type: 'data' | 'file', name, car }`;
 * - Fireproof 0.14's functions (format page 0.14, section 2.3): `metaDownload({ name, branch })`,
 *   `dataDownload({ type, name, car })`, `metaUpload(bytes, { name, branch })` and
 *   `dataUpload(bytes, { type, name, car, size }, { public })`.
 *
 * Without those that upload the remote is only read. An upload of a CAR is done when its function has settled and, if it is
 * small or its turn as a sample (read-back.js), the CAR came back. What the function gives does not matter: metas that
 * `metaUpload` gives come with the next download. A meta the engine reads back by itself.
 *
 * CARs and metas are `Uint8Array` or `ArrayBuffer`; metas may also be text, or the parsed object, and there
 * may be a list of them. Null, undefined or an empty list means that there is none. A ReplicationError that a
 * function throws is passed on, a TypeError counts as `offline`, as fetch throws it without a network,
 * and everything else as `server`.
 *
 * @param {import('./connector.js').Database & {
 *   download?: (params: object) => any,
 *   metaDownload?: (params: object) => any,
 *   dataDownload?: (params: object) => any,
 *   upload?: (bytes: Uint8Array, params: object) => any,
 *   metaUpload?: (bytes: Uint8Array, params: object) => any,
 *   dataUpload?: (bytes: Uint8Array, params: object, options?: { public: boolean }) => any,
 *   patience?: number,
 *   identity?: string,
 * }} options `patience`: milliseconds for one call, default 5 minutes. `identity`: which place the functions reach. Functions look
 *   all the same, so without it two places are one, whose contents are believed to be at the other
 * @returns {import('./connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument` if functions are missing
 */
export function rawConnector({ database, format, patience = PATIENCE, identity, ...functions }) {
  const remote = nameWith('raw', identity);
  const { downloadMeta, downloadCar } = readingOf(functions);
  const writing = writingOf(functions);
  const meta = { name: metaName({ database, format }), branch: BRANCH };
  const paramsOf = (kind, cid) => ({ type: kind, name: dataName({ database }), car: cid });

  async function call(what, signal, work) {
    const watch = new Watch({ remote, what, stall: patience, signal });
    try {
      // Begins a microtask later, so that a caller that has aborted gets no call.
      return await watch.next(watch.signal.aborted ? null : (async () => work())());
    } catch (error) {
      throw watch.explain(error, error instanceof TypeError ? 'offline' : 'server');
    } finally {
      watch.close();
    }
  }

  async function getCar({ kind, cid, signal, onProgress }) {
    const found = await call(`download of ${cid}`, signal, () => downloadCar(paramsOf(kind, cid)));
    if (found === null || found === undefined) return null;
    const bytes = asBytes(found);
    if (bytes === null) throw wrongType(`the CAR ${cid}`, 'a Uint8Array');
    if (bytes.length > LARGEST_CAR) throw tooLarge('corrupt-car', `the CAR ${cid}`, LARGEST_CAR);
    onProgress?.(bytes.length, bytes.length);
    return bytes;
  }

  const readBack = new ReadBack(remote);

  const writer = writing && {
    async putCar({ kind, cid, bytes, public: isPublic = false, signal, onProgress }) {
      onProgress?.(0, bytes.length);
      await call(`upload of ${cid}`, signal, () =>
        writing.uploadCar(bytes, paramsOf(kind, cid), { public: isPublic }),
      );
      if (readBack.isDue(bytes.length))
        await readBack.check({ cid, bytes, signal, read: () => getCar({ kind, cid, signal }) });
      onProgress?.(bytes.length, bytes.length);
      return 'stored';
    },

    async putMeta({ bytes, signal }) {
      await call(`upload of ${meta.name}`, signal, () => writing.uploadMeta(bytes, { ...meta }));
      return { status: 'stored' };
    },
  };

  return {
    name: remote,
    canWrite: writing !== null,
    conditional: false,
    ...writer,

    async getMeta({ signal } = {}) {
      const found = await call(`download of ${meta.name}`, signal, () => downloadMeta({ ...meta }));
      const metas = metasIn(found, format).map((each) => metaBytes(each));
      return metas.length === 0 ? { status: 'none' } : { status: 'found', metas };
    },

    getCar,
  };
}

/** The metas that a function gave: one, a list of them, or none. A parsed 0.24 meta is itself a list, of entries. */
function metasIn(found, format) {
  if (!Array.isArray(found)) return found === null || found === undefined ? [] : [found];
  const isParsed =
    format === '0.24' && found.length > 0 && found.every((item) => item?.data !== undefined);
  return isParsed ? [found] : found;
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
