import { resolve } from './base-url.js';
import { ABSENT } from './object-reader.js';
import { carPath, metaPath } from './paths.js';

/** Statuses that mean that a condition did not hold. S3 answers 409 if another writer is at it just now. */
const REFUSED = [409, 412];

/** That requests with conditions are not known there. */
const UNSUPPORTED = 501;

/** An ETag that no object has. */
const NO_ETAG = '"00000000000000000000000000000000"';

/** With If-Match also those that mean that there is no object at all. */
const REFUSED_MATCH = [...REFUSED, 404, 410];

/**
 * The writing half of a connector to objects at the paths of paths.js, by conditional PUT requests (RFC 9110,
 * section 13).
 *
 * @param {object} options
 * @param {URL} options.base under which the objects lie, from `baseUrl`
 * @param {import('./http.js').HttpClient} options.http
 * @param {import('./connector.js').Database} options.database
 * @returns {Pick<import('./connector.js').Connector, 'putCar' | 'putMeta' | 'hasCar' | 'probe'>}
 */
export function objectWriter({ base, http, database }) {
  return {
    hasCar: (question) => hasCar(question, { base, http, database }),

    async probe({ kind, cid, bytes, signal }) {
      const request = { url: resolve(base, carPath(database, kind, cid)), body: bytes, signal };
      const ask = async (headers) => {
        const allow = [...REFUSED_MATCH, UNSUPPORTED];
        const { status } = await http.put({ ...request, headers, allow });
        if (status === UNSUPPORTED) return 'unsupported';
        return REFUSED_MATCH.includes(status) ? 'honoured' : 'ignored';
      };
      return {
        absent: await ask({ 'If-None-Match': '*' }),
        match: await ask({ 'If-Match': NO_ETAG }),
      };
    },

    async putCar({ kind, cid, bytes, ifAbsent, signal, onProgress }) {
      onProgress?.(0, bytes.length);
      const { status } = await http.put({
        url: resolve(base, carPath(database, kind, cid)),
        headers: ifAbsent ? { 'If-None-Match': '*' } : {},
        body: bytes,
        signal,
        allow: ifAbsent ? [...REFUSED, UNSUPPORTED] : [],
      });
      if (status === UNSUPPORTED) return 'unsupported';
      if (REFUSED.includes(status)) return 'exists';
      onProgress?.(bytes.length, bytes.length);
      return 'stored';
    },

    async putMeta({ bytes, condition, etag, signal }) {
      const { status, headers } = await http.put({
        url: resolve(base, metaPath(database)),
        body: bytes,
        signal,
        ...conditions(condition, etag),
      });
      if (status === UNSUPPORTED) return { status: 'unsupported' };
      if (REFUSED_MATCH.includes(status)) return { status: 'conflict' };
      return { status: 'stored', etag: headers.get('etag') ?? undefined };
    },
  };
}

/**
 * Whether there is a CAR of this name. One without a byte is none: some servers keep that of an upload that was cut off, and
 * as an encrypted CAR of 0.24 replaces nothing, it would stay for ever.
 *
 * @param {{ kind: 'data' | 'file', cid: string, signal?: AbortSignal }} question
 * @param {Pick<Parameters<typeof objectWriter>[0], 'base' | 'http' | 'database'>} remote
 * @returns {Promise<boolean>}
 */
export async function hasCar({ kind, cid, signal }, { base, http, database }) {
  const url = resolve(base, carPath(database, kind, cid));
  const answer = await http.head({ url, cache: 'no-store', signal, allow: ABSENT });
  return !ABSENT.includes(answer.status) && answer.headers.get('content-length') !== '0';
}

/** The header of a condition, and the statuses that say that it did not hold. */
function conditions(condition, etag) {
  if (condition === 'absent')
    return { headers: { 'If-None-Match': '*' }, allow: [...REFUSED, UNSUPPORTED] };
  if (condition === 'match') {
    // A weak tag never matches. It may be the server's strong one, weakened by a proxy that compresses.
    return {
      headers: { 'If-Match': etag.replace(/^W\//, '') },
      allow: [...REFUSED_MATCH, UNSUPPORTED],
    };
  }
  return { headers: {}, allow: [] };
}
