/**
 * The digest that a client sends with a body (RFC 9530), so that it knows that what was stored is what it sent.
 */

/** The SHA-256 in a dictionary of digests; those by other algorithms are not looked at. */
const MEMBER = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/=]*):\s*(?=,|;|$)/;

/**
 * @param {Headers} headers
 * @param {Uint8Array} sha256 of the body that arrived, 32 bytes
 * @returns {string | null} why the body must not be stored: it is not the one that was sent; null if it may
 */
export function digestMismatch(headers, sha256) {
  const header = headers.get('content-digest');
  const [, text] = MEMBER.exec(header ?? '') ?? [];
  if (text === undefined) return null;
  return text === btoa(String.fromCharCode(...sha256))
    ? null
    : 'the bytes do not match Content-Digest';
}
