import { discard, explain, BucketError } from './s3-requests.js';

/** Key of the object that is written to find out what the bucket does with conditions. */
const PROBE = '.conditions';

/** Times that a write is tried again when the bucket was busy with another one to the same key. */
const TRIES = 20;

/** @param {string} reason */
function refusal(reason) {
  const isFull = /Quota|EntityTooLarge/.test(reason);
  return new BucketError(`the bucket refuses PUT: ${reason}`, {
    code: isFull ? 'EDQUOT' : 'BUCKET',
  });
}

const delay = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Conditional writes to the objects of one bucket, as far as it honours them.
 *
 * @param {ReturnType<typeof import('./s3-requests.js').bucketRequests>} request
 */
export function bucketConditions(request) {
  /** Whether If-Match has to have the ETag without its quotes, as it was when it last succeeded (Ceph). */
  let isBare = false;

  /** @returns {Promise<string | null>} the ETag of an object as the bucket writes it; null: none there */
  async function tagOf(key) {
    const response = await request('HEAD', key);
    if (response.status === 404) return null;
    if (response.ok) return response.headers.get('etag');
    throw new BucketError(`the bucket refuses HEAD: ${response.status}`);
  }

  /** @returns {Promise<{ status: number, etag: string | null }>} of a PUT; status 404, 409, 412, 500 or 2xx */
  async function put(key, { bytes, headers }, condition) {
    const response = await request('PUT', key, {
      headers: { ...headers, ...condition },
      body: bytes,
    });
    const { status } = response;
    if (response.ok || [404, 409, 412, 500].includes(status)) {
      const text = await response.text();
      if (status === 404 && text.includes('NoSuchBucket')) throw new BucketError('no such bucket');
      return { status, etag: response.headers.get('etag') };
    }
    throw refusal(await explain(response));
  }

  /** Whether the object of a key has these bytes. */
  async function holds(key, bytes) {
    const response = await request('GET', key);
    if (!response.ok) throw new BucketError(`the bucket refuses GET: ${await explain(response)}`);
    const reader = response.body.getReader();
    for (let offset = 0; ;) {
      const { done, value } = await reader.read();
      if (done) return offset === bytes.length;
      const isSame = value.every((byte, index) => byte === bytes[offset + index]);
      offset += value.length;
      if (isSame && offset <= bytes.length) continue;
      reader.cancel().catch(() => {});
      return false;
    }
  }

  return {
    holds,
    tagOf,

    /** Stores an object whatever is there. @returns {Promise<string>} its ETag */
    async always(key, object) {
      const { status, etag } = await put(key, object, {});
      if (status >= 300) throw new BucketError(`the bucket refuses PUT: ${status}`);
      return etag ?? (await tagOf(key));
    },

    /**
     * Stores an object if the one there is still `expected`, as one step of the bucket.
     *
     * @param {string} key
     * @param {{ bytes: Uint8Array, headers: Record<string, string> }} object
     * @param {string | null} expected ETag; null: none is there
     * @returns {Promise<{ etag: string } | { current: string | null }>} `current`: the ETag of what is there
     *   instead, and nothing was stored
     * @throws {BucketError} busy, after many others were in between without changing anything
     */
    async replace(key, object, expected) {
      let bare = isBare;
      let isUncertain = false;
      for (let attempt = 0; attempt < TRIES; attempt++) {
        const tag = bare ? expected?.replaceAll('"', '') : expected;
        const condition = expected === null ? { 'If-None-Match': '*' } : { 'If-Match': tag };
        const { status, etag } = await put(key, object, condition);
        if (status < 300) {
          if (expected !== null) isBare = bare;
          return { etag: etag ?? (await tagOf(key)) };
        }
        // Ceph answers 500 to some of many at once, and may have stored the object all the same.
        isUncertain ||= status === 500;
        const current = await tagOf(key);
        if (current !== expected) {
          const isOurs = isUncertain && current !== null && (await holds(key, object.bytes));
          return isOurs ? { etag: current } : { current };
        }
        // Refused although it is what was asked for: the quotes, or another request that was under way.
        if (status === 412) bare = !bare;
        if (attempt > 0) await delay(Math.random() * 20 * attempt);
      }
      throw new BucketError('too many writes to one object at once', { code: 'BUSY' });
    },

    /**
     * Finds out, with an object of its own, whether the bucket honours both conditions.
     * @returns {Promise<boolean>}
     */
    async areHonoured() {
      const headers = { 'Content-Type': 'text/plain' };
      const body = new TextEncoder().encode(
        'written to find out whether conditions are honoured\n',
      );
      const statusWith = async (condition) => {
        const response = await request('PUT', PROBE, {
          headers: { ...headers, ...condition },
          body,
        });
        const { status } = response;
        if (status === 401 || status === 403 || status === 404) {
          throw new BucketError(`the bucket refuses PUT: ${await explain(response)}`);
        }
        await discard(response);
        return status;
      };
      // The first one only sees to it that there is an object.
      const first = await statusWith({});
      if (first >= 300) throw new BucketError(`the bucket refuses PUT: ${first}`);
      const wrong = '00000000000000000000000000000000';
      // 409: another server is asking the same at this moment, and the bucket looks at conditions.
      const isRefused = async (condition) => [409, 412].includes(await statusWith(condition));
      return (
        (await isRefused({ 'If-None-Match': '*' })) &&
        (await isRefused({ 'If-Match': `"${wrong}"` })) &&
        (await isRefused({ 'If-Match': wrong }))
      );
    },
  };
}
