import { resolve } from './base-url.js';
import { LARGEST_CAR, LARGEST_META } from './connector.js';
import { isSameTag } from './etags.js';
import { ABSENT } from './object-requests.js';
import { carPath, metaPath } from './paths.js';

/**
 * The reading half of a connector to objects at the paths of paths.js.
 *
 * @param {object} options
 * @param {URL} options.base under which the objects lie, from `baseUrl`
 * @param {import('./http.js').HttpClient} options.http
 * @param {import('./connector.js').Database} options.database
 * @param {'if-none-match' | 'compare' | 'fresh'} options.unchanged how an unchanged meta is recognised: by a
 *   conditional request, by the ETag of the answer to an ordinary one, or by that of one whose address no cache
 *   on the way has seen
 * @returns {Pick<import('./connector.js').Connector, 'getMeta' | 'getCar'>}
 */
export function objectReader({ base, http, database, unchanged }) {
  const isConditional = unchanged === 'if-none-match';
  const isFresh = unchanged === 'fresh';
  const url = resolve(base, metaPath(database));
  return {
    async getMeta({ etag, signal } = {}) {
      const condition = isConditional && etag !== undefined ? { 'If-None-Match': etag } : {};
      const answer = await http.get({
        url: isFresh ? unseen(url) : url,
        headers: condition,
        // A page that revalidates by itself needs its own copy; one that sends a condition must not.
        cache: isConditional || isFresh ? 'no-store' : 'no-cache',
        signal,
        limit: { bytes: LARGEST_META, code: 'corrupt-meta' },
        allow: [...ABSENT, ...(condition['If-None-Match'] ? [304] : [])],
      });
      if (ABSENT.includes(answer.status)) return { status: 'none' };
      const found = answer.headers.get('etag') ?? undefined;
      const isSame = isSameTag(etag, found);
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

/** The same address with a random number in its query, as Fireproof 0.14 asks for metas. @param {string} url */
function unseen(url) {
  const made = new URL(url);
  made.searchParams.set('cache', String(Math.floor(Math.random() * 1_000_000)));
  return made.href;
}
