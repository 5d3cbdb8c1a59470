/**
 * Digests of what is uploaded, for remotes that compare them with what arrived.
 *
 * @typedef {(hash: Uint8Array) => Record<string, string>} DigestHeader the header that tells a remote the SHA-256 of
 *   the body
 */

/** @type {DigestHeader} RFC 9530, as our server and others check it */
export const contentDigest = (hash) => ({
  'Content-Digest': `sha-256=:${btoa(String.fromCharCode(...hash))}:`,
});

/** @type {DigestHeader} that of S3; it is signed together with the request */
export const signedDigest = (hash) => ({ 'X-Amz-Content-Sha256': hexOf(hash) });

/** @param {Uint8Array} bytes */
export const hexOf = (bytes) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<Uint8Array | null>} null in pages that came over http, where browsers do not hash
 */
export async function sha256(bytes) {
  if (!globalThis.crypto?.subtle) return null;
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
