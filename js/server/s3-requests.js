import { AwsClient } from 'aws4fetch';
import { ReplicationError } from '../errors.js';
import { FLAG, FUNCTION, OBJECT, TEXT } from './options.js';

/** Every option of a bucket; what they mean stands at `Bucket` below. */
export const BUCKET_OPTIONS = {
  endpoint: TEXT,
  region: TEXT,
  bucket: TEXT,
  prefix: { is: (value) => typeof value === 'string', what: 'a text' },
  credentials: OBJECT,
  getCredentials: FUNCTION,
  pathStyle: FLAG,
  fetch: FUNCTION,
};

/** Milliseconds within which a bucket has to begin its answer. A large object takes time to be taken. */
const LONGEST_WAIT = 120_000;

/**
 * What an S3 bucket answered that cannot be passed on as the outcome of a request: it failed, refused our
 * credentials, or makes no sense.
 */
export class BucketError extends Error {
  /**
   * @param {string} message without anything secret
   * @param {{ code?: 'BUCKET' | 'BUSY' | 'EDQUOT', cause?: unknown }} [details] BUSY: the same request may
   *   succeed in a moment; EDQUOT: there is no room
   */
  constructor(message, { code = 'BUCKET', cause } = {}) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * @typedef {object} Credentials
 * @property {string} accessKeyId
 * @property {string} secretAccessKey
 * @property {string} [sessionToken]
 *
 * @typedef {object} Bucket
 * @property {string} [endpoint] of the service; absent: Amazon's in `region`
 * @property {string} region
 * @property {string} bucket name
 * @property {string} [prefix] a folder in the bucket, with or without `/` at its end
 * @property {Credentials} [credentials]
 * @property {(reason: 'request' | 'unauthorized') => Credentials | Promise<Credentials>} [getCredentials] instead;
 *   asked again when the bucket refuses the ones given before
 * @property {boolean} [pathStyle] the bucket is in the path instead of the host; default: with an `endpoint`
 * @property {typeof fetch} [fetch] default: the global one
 */

/**
 * Signed requests for the objects of one bucket (SigV4 in headers).
 *
 * @param {Bucket} options
 * @returns {(method: string, key: string, request?: { headers?: Record<string, string>, body?: Uint8Array })
 *   => Promise<Response>} rejects with a BucketError when there is no answer, or one of 429, 3xx that is not
 *   304, or 5xx that is not 500 or 501 to a PUT
 * @throws {ReplicationError} `invalid-argument`
 */
export function bucketRequests(options) {
  const base = bucketUrl(options);
  const clients = signers(options);
  const send = options.fetch ?? ((request, init) => fetch(request, init));

  async function once(client, method, key, { headers, body }) {
    const url = base + key.split('/').map(encodeURIComponent).join('/');
    // Redirects are not followed: the signature is for one host.
    const init = { method, headers, body, redirect: 'manual' };
    const signed = await client.sign(url, init);
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), LONGEST_WAIT);
    try {
      return await send(signed, { signal: abort.signal });
    } catch (cause) {
      throw new BucketError(`no answer from the bucket: ${reasonOf(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
    }
  }

  return async (method, key, request = {}) => {
    const client = await clients.get();
    let response = await once(client, method, key, request);
    if (response.status === 401 || response.status === 403) {
      const renewed = await clients.renew(client);
      if (renewed !== client) {
        await discard(response);
        response = await once(renewed, method, key, request);
      }
    }
    const { status } = response;
    if (status === 429 || status === 503) {
      throw new BucketError(`the bucket answered ${await explain(response)}`, { code: 'BUSY' });
    }
    const isSense = status < 300 || status === 304 || (status >= 400 && status < 500);
    // 500 to a PUT may have stored it; 501: it knows no conditions. The caller sees to both.
    if (isSense || (method === 'PUT' && (status === 500 || status === 501))) return response;
    throw new BucketError(`the bucket answered ${await explain(response)}`);
  };
}

/** @param {Bucket} options @returns {string} the URL of the key '' */
function bucketUrl({ endpoint, region, bucket, prefix = '', pathStyle = endpoint !== undefined }) {
  const isName = (text) => typeof text === 'string' && /^[\w.-]+$/.test(text);
  if (!isName(bucket)) throw new ReplicationError('invalid-argument', 'a bucket needs its name');
  if (!isName(region)) throw new ReplicationError('invalid-argument', 'a bucket needs its region');
  let url;
  try {
    url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  } catch (cause) {
    throw new ReplicationError('invalid-argument', `not a URL: ${endpoint}`, { cause });
  }
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '') {
    throw new ReplicationError('invalid-argument', `not the URL of a service: ${url.origin}`);
  }
  const folders = prefix === '' ? [] : prefix.replace(/\/$/, '').split('/');
  if (folders.some((name) => name === '' || name === '.' || name === '..')) {
    throw new ReplicationError('invalid-argument', `not a folder of a bucket: ${prefix}`);
  }
  const path = url.pathname.replace(/\/$/, '');
  const place = pathStyle ? `${url.host}${path}/${bucket}` : `${bucket}.${url.host}${path}`;
  return [`${url.protocol}//${place}`, ...folders.map(encodeURIComponent), ''].join('/');
}

/** Keeps the signer for the credentials in use, and asks for others once when they are refused. */
function signers({ region, credentials, getCredentials }) {
  if ((credentials === undefined) === (getCredentials === undefined)) {
    const message = 'a bucket needs either credentials or getCredentials';
    throw new ReplicationError('invalid-argument', message);
  }
  const make = (given) => {
    const { accessKeyId, secretAccessKey, sessionToken } = given ?? {};
    if (!accessKeyId || !secretAccessKey) {
      const message = 'credentials need accessKeyId and secretAccessKey';
      throw new ReplicationError('invalid-argument', message);
    }
    const identity = { accessKeyId, secretAccessKey, sessionToken };
    return new AwsClient({ ...identity, region, service: 's3', retries: 0 });
  };
  const ask = async (reason) => {
    try {
      return make(await getCredentials(reason));
    } catch (cause) {
      throw new BucketError('there are no credentials for the bucket', { cause });
    }
  };
  /** @type {Promise<AwsClient> | null} */
  let current = credentials === undefined ? null : Promise.resolve(make(credentials));
  const keep = (asked) => {
    current = asked;
    asked.catch(() => {
      if (current === asked) current = null;
    });
    return asked;
  };
  return {
    get: () => current ?? keep(ask('request')),
    async renew(refused) {
      const known = await current;
      if (known !== refused || getCredentials === undefined) return known ?? refused;
      return keep(ask('unauthorized'));
    },
  };
}

/** @param {unknown} error */
function reasonOf(error) {
  const { cause, message, name } = /** @type {any} */ (error);
  return String(cause?.code ?? (name === 'AbortError' ? 'it took too long' : message));
}

/**
 * @param {Response} response
 * @returns {Promise<string>} its status and S3's own code, such as `403 SignatureDoesNotMatch`
 */
export async function explain(response) {
  const text = await response.text().catch(() => '');
  const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1];
  return code === undefined ? String(response.status) : `${response.status} ${code}`;
}

/** Lets go of the connection of an answer that nobody reads. @param {Response} response */
export async function discard(response) {
  await response.body?.cancel().catch(() => {});
}
