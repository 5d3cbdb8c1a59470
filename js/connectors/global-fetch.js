/** Node sends bytes as they are, and would copy them into a Blob. */
const hasPages = typeof process !== 'object' || process.versions?.node === undefined;

/**
 * The platform's `fetch`, at the moment of the call. In pages and their workers bodies go out as Blobs: Chromium copies
 * bytes several times inside the page, and ends one that pushes 250 MB of them; a Blob lies outside, and may lie on disk.
 *
 * Browsers refuse to run fetch as a method of another object, hence a function of our own.
 *
 * @param {string | URL} url
 * @param {RequestInit} [init]
 * @returns {Promise<Response>}
 */
export function globalFetch(url, init) {
  return globalThis.fetch(url, hasPages ? withBlob(init) : init);
}

/**
 * A Blob without a type, so that no Content-Type is sent that the caller has not given.
 *
 * @param {RequestInit} [init]
 * @returns {RequestInit | undefined}
 */
export function withBlob(init) {
  if (!(init?.body instanceof Uint8Array)) return init;
  return { ...init, body: new Blob([/** @type {BlobPart} */ (init.body)]) };
}
