/**
 * ETags are compared by what they mean: what stands between a server and us weakens them, and those who compress append
 * what they compressed with (`-gzip` Apache, `--gzip` Jetty, `;br` and others).
 */

const SUFFIX = /(?:--?|[;:+])(?:gzip|br|deflate|zstd)$/;

/** Without weakness and quotes. @param {string} etag */
export const opaqueOf = (etag) => etag.replace(/^W\//, '').replace(/^"(.*)"$/s, '$1');

const meaningOf = (etag) => opaqueOf(etag).replace(SUFFIX, '');

/**
 * @param {string | undefined} one
 * @param {string | undefined} other
 * @returns {boolean} whether both are there and name the same bytes
 */
export function isSameTag(one, other) {
  return one !== undefined && other !== undefined && meaningOf(one) === meaningOf(other);
}

/**
 * The forms in which the server that made an ETag may know it, the likeliest first. A weak tag never matches. Ceph's gateway
 * refuses the very ETag that it gave unless its quotes are left out.
 *
 * @param {string} etag as it came
 * @returns {{ form: 'kept' | 'bare', etag: string }[]} for If-Match
 */
export function formsOf(etag) {
  const texts = [...new Set([opaqueOf(etag), meaningOf(etag)])];
  const quoted = /^(?:W\/)?"/.test(etag);
  const kept = texts.map((text) => ({ form: 'kept', etag: quoted ? `"${text}"` : text }));
  return quoted ? [...kept, ...texts.map((text) => ({ form: 'bare', etag: text }))] : kept;
}
