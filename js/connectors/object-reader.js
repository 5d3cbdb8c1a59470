import { ReplicationError } from '../errors.js';
import { LARGEST_CAR, LARGEST_META } from './connector.js';
import { carPath, metaPath } from './paths.js';

/** Statuses that mean that there is no such object. */
const ABSENT = [404, 410];

/**
 * The reading half of a connector to objects at the paths of paths.js.
 *
 * @param {object} options
 * @param {string} options.name of the connector
 * @param {URL} options.base under which the objects lie, from `baseUrl`
 * @param {import('./http.js').HttpClient} options.http
 * @param {import('./connector.js').Database} options.database
 * @param {'if-none-match' | 'compare'} options.unchanged how an unchanged meta is recognised: by a
 *   conditional request, or by the ETag of the answer to an ordinary one
 * @returns {import('./connector.js').Connector}
 */
export function objectReader({ name, base, http, database, unchanged }) {
  const isConditional = unchanged === 'if-none-match';
  return {
    name,

    async getMeta({ etag, signal } = {}) {
      const condition = isConditional && etag !== undefined ? { 'If-None-Match': etag } : {};
      const answer = await http.get({
        url: resolve(base, metaPath(database)),
        headers: condition,
        // A page that revalidates by itself needs its own copy; one that sends a condition must not.
        cache: isConditional ? 'no-store' : 'no-cache',
        signal,
        limit: { bytes: LARGEST_META, code: 'corrupt-meta' },
        allow: [...ABSENT, ...(condition['If-None-Match'] ? [304] : [])],
      });
      if (ABSENT.includes(answer.status)) return { status: 'none' };
      const found = answer.headers.get('etag') ?? undefined;
      const isSame = etag !== undefined && found === etag;
      if (answer.status === 304 || isSame) return { status: 'not-modified' };
      return { status: 'found', metas: [answer.bytes], etag: found };
    },

    async getCar({ kind, cid, signal, onProgress }) {
      const answer = await http.get({
        url: resolve(base, carPath(database, kind, cid)),
        // CARs are kept in our own store; a damaged copy in the browser's cache would come again and again.
        cache: 'no-store',
        signal,
        limit: { bytes: LARGEST_CAR, code: 'corrupt-car' },
        allow: ABSENT,
        onProgress,
      });
      return ABSENT.includes(answer.status) ? null : answer.bytes;
    },
  };
}

/**
 * @param {string | URL} url of a folder, with or without `/` at its end; in pages it may be relative
 * @returns {URL} with `/` at the end of its path; its query is sent with each request
 * @throws {ReplicationError} `invalid-argument`
 */
export function baseUrl(url) {
  let base;
  try {
    base = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  } catch (cause) {
    throw new ReplicationError('invalid-argument', `not a URL: ${url}`, { cause });
  }
  if (!/^https?:$/.test(base.protocol)) {
    throw new ReplicationError('invalid-argument', `not an http or https URL: ${url}`);
  }
  if (base.username !== '' || base.password !== '') {
    const message = 'credentials belong into headers, not into the URL';
    throw new ReplicationError('invalid-argument', message);
  }
  if (!base.pathname.endsWith('/')) base.pathname += '/';
  base.hash = '';
  return base;
}

/** @param {URL} base */
export function describe(base) {
  return base.origin + base.pathname;
}

/**
 * @param {URL} base
 * @param {string} path relative
 */
function resolve(base, path) {
  const url = new URL(base);
  url.pathname += path;
  return url.href;
}
