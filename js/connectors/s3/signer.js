import { AwsV4Signer } from 'aws4fetch';
import { ReplicationError } from '../../errors.js';
import { hexOf, sha256 } from '../digest.js';

/**
 * Milliseconds for which an address that is signed in its query stays the same, so that a browser asks only once whether it
 * may send a request with If-None-Match there.
 */
const WINDOW = 10 * 60_000;

/** Seconds that such an address is good for. */
const EXPIRES = 30 * 60;

/** The header of the hash of a body. */
const HASH = 'X-Amz-Content-Sha256';

/** Milliseconds by which clocks differ before it is worth another try. S3 allows 15 minutes. */
const TOLERANCE = 5 * 60_000;

/** Signs requests to S3 by Signature Version 4. */
export class Signer {
  #region;
  /** Keys that aws4fetch has derived. */
  #cache = new Map();
  /** What the clock of the remote is ahead of ours, milliseconds. */
  #offset = 0;

  /** @param {string} region */
  constructor(region) {
    this.#region = region;
  }

  get offset() {
    return this.#offset;
  }

  /** The time at the remote, as far as it is known. */
  now() {
    return Date.now() + this.#offset;
  }

  /**
   * Learns from an answer what the time is at the remote.
   *
   * @param {number | undefined} there milliseconds since 1970
   * @param {number} offset what `offset` was when the request was signed
   * @returns {boolean} whether the request was signed with another time, so that it is worth signing anew
   */
  learn(there, offset) {
    if (there === undefined || Math.abs(there - Date.now() - offset) < TOLERANCE) return false;
    this.#offset = there - Date.now();
    return true;
  }

  /**
   * A GET or HEAD, signed in its address: it needs no header, and so no preflight.
   *
   * @param {{ url: string, method: string }} request
   * @param {import('./credentials.js').Credentials} credentials
   * @returns {Promise<string>} the address, the same for some minutes
   */
  async inQuery({ url, method }, credentials) {
    const address = new URL(url);
    address.searchParams.set('X-Amz-Expires', String(EXPIRES));
    const time = Math.floor(this.now() / WINDOW) * WINDOW;
    const request = { url: address.href, method, signQuery: true };
    return (await this.#sign(request, time, credentials)).url.href;
  }

  /**
   * A PUT, signed in its headers together with the hash of its body: the one that they have, or else its own.
   *
   * @param {{ url: string, method: string, headers: HeadersInit, body: Uint8Array }} request
   * @param {import('./credentials.js').Credentials} credentials
   * @returns {Promise<Headers>}
   */
  async inHeaders({ url, method, headers, body }, credentials) {
    const signed = new Headers(headers);
    if (!signed.has(HASH)) signed.set(HASH, await hashOf(body));
    const request = { url, method, headers: signed };
    return (await this.#sign(request, this.now(), credentials)).headers;
  }

  #sign(request, time, { accessKeyId, secretAccessKey, sessionToken }) {
    checkCrypto();
    return new AwsV4Signer({
      ...request,
      accessKeyId,
      secretAccessKey,
      sessionToken,
      service: 's3',
      region: this.#region,
      datetime: new Date(time).toISOString().replace(/[:-]|\.\d{3}/g, ''),
      cache: this.#cache,
    }).sign();
  }
}

async function hashOf(bytes) {
  checkCrypto();
  return hexOf(await sha256(bytes));
}

function checkCrypto() {
  if (globalThis.crypto?.subtle) return;
  const message = 'requests can be signed only in pages that came over https or from localhost';
  throw new ReplicationError('invalid-argument', message);
}
