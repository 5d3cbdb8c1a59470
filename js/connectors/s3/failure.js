import { ReplicationError } from '../../errors.js';
import { errorOfStatus, retryAfterOf } from '../http-status.js';
import { ABSENT } from '../object-requests.js';

/** Bytes of an error's body that are read. */
const LONGEST = 64 * 1024;

/** Codes of S3 errors whose status says something else, or not enough. */
const CODES = {
  AuthorizationHeaderMalformed: 'unauthorized',
  ExpiredToken: 'unauthorized',
  InvalidAccessKeyId: 'unauthorized',
  InvalidToken: 'unauthorized',
  RequestTimeTooSkewed: 'unauthorized',
  SignatureDoesNotMatch: 'unauthorized',
  TokenRefreshRequired: 'unauthorized',
  EntityTooLarge: 'quota-exceeded',
  QuotaExceeded: 'quota-exceeded',
  RequestTimeout: 'timeout',
};

/** What to do about it, where that is not plain. */
const ADVICE = {
  AccessDenied:
    'S3 says so of objects that are not there, too, unless s3:ListBucket is allowed for the bucket',
  NoSuchBucket: 'make the bucket first',
  RequestTimeTooSkewed: 'the clock of this device is wrong',
};

/**
 * An answer of S3 that is no success.
 *
 * @typedef {object} Failure
 * @property {number} status
 * @property {string} code of S3, empty if the body has none
 * @property {string} message of S3, likewise
 * @property {number | undefined} time at the remote, milliseconds since 1970; in pages often not to be seen
 * @property {number | undefined} retryAfter milliseconds
 */

/**
 * Reads the body of a failure, an XML text.
 *
 * @param {Response} response
 * @returns {Promise<Failure>}
 */
export async function readFailure(response) {
  const text = await beginningOf(response);
  const { status, headers } = response;
  const time = Date.parse(member(text, 'ServerTime') || headers.get('date') || '');
  return {
    status,
    code: member(text, 'Code'),
    message: member(text, 'Message'),
    time: Number.isNaN(time) ? undefined : time,
    retryAfter: retryAfterOf(headers),
  };
}

/** Whether other credentials may help. AWS answers 400 to a session token that has expired. @param {Failure} failure */
export function isRefusal({ status, code }) {
  return status === 401 || status === 403 || CODES[code] === 'unauthorized';
}

/**
 * @param {Failure} failure
 * @param {{ remote: string, what: string }} details
 * @returns {ReplicationError}
 */
export function errorOfFailure({ status, code, message, retryAfter }, { remote, what }) {
  const words = [code, message && `(${message})`].filter(Boolean).join(' ');
  const detail = ADVICE[code] ? `${words}: ${ADVICE[code]}` : words;
  const error = errorOfStatus(status, { remote, what, retryAfter, detail });
  // A missing bucket is not a missing object, although both are 404.
  if (!CODES[code]) return error;
  // Room may be made, as with 507; an object does not get smaller.
  const retryable = code === 'QuotaExceeded' || undefined;
  return new ReplicationError(CODES[code], error.message, { remote, retryAfter, retryable });
}

/**
 * A fetch for requests that are signed already, or need not be: what S3 says about a failure is in its errors.
 *
 * @param {typeof globalThis.fetch} fetch
 * @param {string} remote for errors, whose messages leave out the query of the address
 * @returns {(url: string, init: RequestInit) => Promise<Response>}
 */
export function explainingFetch(fetch, remote) {
  return async (url, init) => {
    const response = await fetch(url, init);
    if (response.status < 400 || ABSENT.includes(response.status)) return response;
    const { origin, pathname } = new URL(url);
    throw errorOfFailure(await readFailure(response), { remote, what: origin + pathname });
  };
}

/** The text of an element that contains no others; empty if there is none. */
function member(xml, name) {
  const text = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '';
  const entities = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'", '&amp;': '&' };
  return text.replace(/&\w+;/g, (entity) => entities[entity] ?? entity).slice(0, 300);
}

/** @param {Response} response */
async function beginningOf(response) {
  if (response.body === null) return '';
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  try {
    while (text.length < LONGEST) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } finally {
    reader.cancel().catch(() => {});
  }
  return text;
}
