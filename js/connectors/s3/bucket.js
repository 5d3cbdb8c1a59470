import { ReplicationError } from '../../errors.js';
import { resolve } from '../base-url.js';
import { signedDigest } from '../digest.js';
import { globalFetch } from '../global-fetch.js';
import { HttpClient } from '../http.js';
import { matchingMeta } from '../match-meta.js';
import { nameOfPlace } from '../names.js';
import { objectReader } from '../object-reader.js';
import { objectWriter } from '../object-writer.js';
import { metaPath } from '../paths.js';
import { bucketUrl } from './address.js';
import { corsRulesHere } from './cors.js';
import { CredentialSource } from './credentials.js';
import { explainingFetch } from './failure.js';
import { signedFetch } from './signed-fetch.js';
import { Signer } from './signer.js';

/**
 * A bucket, with requests signed here.
 *
 * @param {import('../connector.js').Database & {
 *   endpoint?: string, region: string, bucket: string, prefix?: string, pathStyle?: boolean,
 *   credentials?: import('./credentials.js').Credentials,
 *   getCredentials?: (reason: 'request' | 'unauthorized' | 'expired') => any,
 *   fetch?: typeof globalThis.fetch, identity?: string,
 * }} options see address.js and credentials.js
 * @returns {import('../connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function signedBucket({
  database,
  format,
  credentials,
  getCredentials,
  fetch = globalFetch,
  identity,
  ...place
}) {
  const base = bucketUrl(place);
  const name = nameOfPlace('s3', base, { identity });
  const signer = new Signer(place.region);
  const now = () => signer.now();
  const source = new CredentialSource({ remote: name, credentials, getCredentials, now });
  const signed = signedFetch({ remote: name, fetch, credentials: source, signer });
  const http = new HttpClient({ remote: name, fetch: signed });
  const objects = { base, http, database: { database, format } };
  const reader = objectReader({ ...objects, unchanged: 'if-none-match' });
  const writer = objectWriter({ ...objects, remote: name, digest: signedDigest });
  const meta = matchingMeta({ name, getMeta: reader.getMeta, putMeta: writer.putMeta });
  const metaUrl = resolve(base, metaPath({ database, format }));
  let isEtagHidden = false;

  return {
    name,
    canWrite: true,
    conditional: true,
    ...reader,
    ...writer,

    async getMeta(request) {
      const answer = await meta.getMeta(request);
      // S3 always gives one; a page sees it only if the bucket says so.
      if (answer.status === 'found') isEtagHidden = answer.etag === undefined;
      return answer;
    },

    /** @throws {ReplicationError} `server`, not retryable: without ETags others would be overwritten unseen */
    async putMeta(upload) {
      if (!isEtagHidden) return meta.putMeta(upload);
      const message = `${metaUrl}: the ETag is hidden from this page. A CORS configuration of the bucket that exposes it: ${corsRulesHere()}`;
      throw new ReplicationError('server', message, { remote: name, retryable: false });
    },
  };
}

/**
 * A bucket that everybody may read, without credentials, read-only. As with connect.static no request needs a preflight.
 *
 * @param {import('../connector.js').Database & {
 *   endpoint?: string, region: string, bucket: string, prefix?: string, pathStyle?: boolean,
 *   fetch?: typeof globalThis.fetch, identity?: string,
 * }} options
 * @returns {import('../connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function publicBucket({ database, format, fetch, identity, ...place }) {
  const base = bucketUrl(place);
  return publicObjects({ base, database, format, fetch, identity, unchanged: 'compare' });
}

/**
 * Objects below an address that everybody may read.
 *
 * @param {import('../connector.js').Database & { base: URL, fetch?: typeof globalThis.fetch, identity?: string,
 *   unchanged: 'compare' | 'fresh' }} options see object-reader.js
 * @returns {import('../connector.js').Connector}
 */
export function publicObjects({
  base,
  database,
  format,
  fetch = globalFetch,
  identity,
  unchanged,
}) {
  const name = nameOfPlace('s3', base, { identity });
  const http = new HttpClient({ remote: name, fetch: explainingFetch(fetch, name) });
  const reader = objectReader({ base, http, database: { database, format }, unchanged });
  return { name, canWrite: false, conditional: false, ...reader };
}
