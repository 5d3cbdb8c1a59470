/**
 * The one error type of this package. Everything rejects with it, and its codes are a closed list:
 * adding a code is an addition to the public API, changing one is a breaking change.
 */

/**
 * Every code, with the default of `retryable`: whether the very same call can succeed later although
 * nobody changed its arguments, credentials or settings.
 * @type {Readonly<Record<string, { retryable: boolean }>>}
 */
export const ERROR_CODES = Object.freeze({
  // There is no live document with this id, or no such row, head or CAR where one was asked for.
  'not-found': { retryable: false },
  // A document cannot be stored: its format has no such id or value, or it is too large or too deep.
  'invalid-document': { retryable: false },
  // An encryption key is malformed.
  'invalid-key': { retryable: false },
  // An option, name or value given to this package is outside what its documentation allows.
  'invalid-argument': { retryable: false },
  // The data is encrypted with a key that this device does not have.
  'key-missing': { retryable: false },
  // The key given differs from the one that the data is already encrypted with.
  'key-mismatch': { retryable: false },
  // A CAR does not match its CID, is malformed or exceeds the size limit. Fetching again may cure it.
  'corrupt-car': { retryable: true },
  // A block inside a verified CAR does not match its CID or cannot be decoded.
  'corrupt-block': { retryable: false },
  // A meta record is malformed or exceeds the size limit. The next poll reads it anew.
  'corrupt-meta': { retryable: true },
  // The remote holds a history that shares no event with this one; neither side was changed.
  'unrelated-history': { retryable: false },
  // The data belongs to a format generation, or uses a feature, that this version does not read.
  'unsupported-format': { retryable: false },
  // The remote went back to an older state than one seen before. What it lacks is sent again by itself.
  'rolled-back': { retryable: true },
  // The remote wants credentials, or refuses the ones given (HTTP 401).
  unauthorized: { retryable: false },
  // The credentials are known but do not allow this (HTTP 403).
  forbidden: { retryable: false },
  // A conditional write lost against another writer (HTTP 409, 412): read, merge, try again.
  conflict: { retryable: true },
  // The remote was not reached: no network, refused, cut, or blocked by the browser.
  offline: { retryable: true },
  // No answer, or no further byte of one, within the time allowed.
  timeout: { retryable: true },
  // The remote answered that it failed (HTTP 429, 5xx), or in a way that makes no sense here.
  server: { retryable: true },
  // The storage, local or remote, has no room for this (HTTP 413, 507). Nothing was stored.
  'quota-exceeded': { retryable: false },
  // The local store vanished, cannot be opened, or fails to read and write.
  'storage-lost': { retryable: false },
  // The caller's AbortSignal fired.
  aborted: { retryable: false },
  // The database, connection or store was closed or destroyed before or during the call.
  closed: { retryable: false },
});

/**
 * An error with a code from the closed list above.
 *
 * @property {string} code         one of the keys of `ERROR_CODES`
 * @property {boolean} retryable   the same call may succeed later without any change by the caller
 * @property {string} [remote]     the connector that failed, as its `name`
 * @property {number} [retryAfter] milliseconds the remote asked to wait before the next try
 * @property {unknown} [cause]     what was caught underneath
 */
export class ReplicationError extends Error {
  /**
   * @param {string} code
   * @param {string} message names the object concerned (CID, URL, key) and, where useful, what to do
   * @param {{ retryable?: boolean, remote?: string, retryAfter?: number, cause?: unknown }} [details]
   */
  constructor(code, message, details = {}) {
    if (!Object.hasOwn(ERROR_CODES, code)) throw new TypeError(`unknown error code "${code}"`);
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'ReplicationError';
    this.code = code;
    this.retryable = details.retryable ?? ERROR_CODES[code].retryable;
    if (details.remote !== undefined) this.remote = details.remote;
    if (details.retryAfter !== undefined) this.retryAfter = details.retryAfter;
  }
}

/**
 * Whether it is a ReplicationError, be it of this copy of the package or of another one: a connector of others may
 * have been bundled with its own.
 *
 * @param {unknown} error
 * @returns {error is ReplicationError}
 */
export function isReplicationError(error) {
  if (error instanceof ReplicationError) return true;
  const { name, code, retryable } = error ?? {};
  const hasCode = name === 'ReplicationError' && Object.hasOwn(ERROR_CODES, code);
  return hasCode && typeof retryable === 'boolean';
}

/**
 * Gives `error` itself when it is a ReplicationError already, otherwise wraps it.
 *
 * @param {unknown} error what was caught
 * @param {string} code the code when `error` has none
 * @param {string} what what was being done, as the beginning of the message
 * @param {{ retryable?: boolean, remote?: string }} [details]
 * @returns {ReplicationError}
 */
export function asReplicationError(error, code, what, details = {}) {
  if (isReplicationError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ReplicationError(code, `${what}: ${reason}`, { ...details, cause: error });
}
