import { bucketConditions } from './bucket-conditions.js';
import { differs, matches } from './conditions.js';
import { Locks } from './locks.js';
import { COUNT, FLAG, checkOptions } from './options.js';
import { BodyMemory, receiveBody } from './received-body.js';
import { BUCKET_OPTIONS, BucketError, bucketRequests, discard, explain } from './s3-requests.js';

/** Bytes of bodies that may wait in memory. */
const BODY_MEMORY = 512 * 1024 * 1024;

/** Times that a write under several conditions starts over because the object has changed meanwhile. */
const TRIES = 20;

/**
 * Objects in an S3 bucket, under the keys `<prefix><kind>/<name>/<file>`. Free of Node.
 *
 * A body waits in memory until it is complete and checked, and is then stored by one PUT, so that nobody
 * sees a part. Conditions are the bucket's own where it honours both, which is found out with an object
 * `<prefix>.conditions` before the first write. Elsewhere requests with conditions are refused, since another server, or
 * another process of this one, would not keep them; unless there is none.
 *
 * @param {import('./s3-requests.js').Bucket & { conditional?: boolean, exclusive?: boolean, maxBufferedBytes?: number }}
 *   options
 *   `conditional`: what is known of the bucket, instead of finding it out; `exclusive`: the promise that nobody else writes to
 *   the bucket, no second server and no client, so that conditions hold between the requests of this process; `maxBufferedBytes`: of all bodies
 *   that wait, default 512 MiB; what has no room is answered with 503
 * @returns {import('./object-store.js').ObjectStore}
 * @throws {import('../errors.js').ReplicationError} `invalid-argument`
 */
export function s3Store(options) {
  checkOptions('s3Store', options, {
    ...BUCKET_OPTIONS,
    conditional: FLAG,
    exclusive: FLAG,
    maxBufferedBytes: COUNT,
  });
  const { conditional, exclusive = false, maxBufferedBytes = BODY_MEMORY, ...bucket } = options;
  const request = bucketRequests(bucket);
  const { always, areHonoured, holds, replace, tagOf } = bucketConditions(request);
  const memory = new BodyMemory(maxBufferedBytes);
  const locks = new Locks();
  /** @type {Promise<boolean> | null} */
  let honoured = conditional === undefined ? null : Promise.resolve(conditional);

  function isHonoured() {
    honoured ??= areHonoured().catch((error) => {
      honoured = null;
      throw error;
    });
    return honoured;
  }

  /** Stores an object in place of `expected`. One step: of the bucket, or of this process. */
  async function replaceHere(path, object, expected) {
    if (await isHonoured()) return replace(path, object, expected);
    const current = await tagOf(path);
    if (current !== expected) return { current };
    return { etag: await always(path, object) };
  }

  /** Runs one write, alone in this process where the bucket leaves the order to us. */
  const inOrder = async (path, task) => ((await isHonoured()) ? task() : locks.run(path, task));

  async function putCar(key, object, conditions) {
    const path = pathOf(key);
    const etag = carTag(key);
    const refused = (tag) => ({ outcome: 'precondition-failed', etag: tag });
    // Nothing may be written under these unless it is there already.
    if (conditions.ifMatch !== null && (await tagOf(path)) === null) return refused(null);
    const result = await replaceHere(path, object, null);
    if ('etag' in result) return { outcome: 'created', etag };
    if (!matches(conditions, etag) || !differs(conditions, etag)) return refused(etag);
    const isSame = await holds(path, object.bytes);
    return { outcome: isSame ? 'unchanged' : 'different', etag };
  }

  async function putMeta(key, object, conditions) {
    const path = pathOf(key);
    const [only, ...others] = conditions.ifMatch ?? [];
    const isOne = conditions.ifNoneMatch === null && only?.startsWith('"') && others.length === 0;
    const isFirst = conditions.ifMatch === null && conditions.ifNoneMatch?.[0] === '*';
    let current = isOne ? only : isFirst ? null : await tagOf(path);
    for (let attempt = 0; attempt < TRIES; attempt++) {
      if (!matches(conditions, current) || !differs(conditions, current)) {
        return { outcome: 'precondition-failed', etag: current };
      }
      const result = await replaceHere(path, object, current);
      const outcome = current === null ? 'created' : 'replaced';
      if ('etag' in result) return { outcome, etag: result.etag };
      current = result.current;
    }
    throw new BucketError('too many writes to one object at once', { code: 'BUSY' });
  }

  /** An object as an answer of the bucket describes it. */
  function describe(key, response) {
    const path = pathOf(key);
    const length = response.headers.get('content-length');
    if (length === null) throw new BucketError('the bucket does not tell the size');
    const size = Number(length);
    const tag = response.headers.get('etag');
    const isWhole = response.status === 200 && response.body !== null;
    return {
      size,
      etag: key.cid === null ? tag : carTag(key),
      async read(start, end) {
        if (isWhole && start === 0 && end === size) return response.body;
        await discard(response);
        if (start >= end) return new Blob([]).stream();
        const headers = { Range: `bytes=${start}-${end - 1}` };
        const part = await request('GET', path, { headers });
        const isSame = part.headers.get('etag') === tag;
        if (part.status === 206 && isSame) return part.body;
        await discard(part);
        // A meta was replaced between the two requests. The client may ask again.
        const message = `the bucket refuses a part: ${part.status}`;
        throw new BucketError(message, { code: isSame ? 'BUCKET' : 'BUSY' });
      },
      close: () => discard(response),
    };
  }

  return {
    async open(key, { isWhole = true, conditions } = {}) {
      const headers = {};
      const known = conditions?.ifNoneMatch;
      const isMeta = key.cid === null;
      // An unchanged meta, which is asked for again and again, is not transferred.
      if (isMeta && known && conditions.ifMatch === null && known[0] !== '*') {
        headers['If-None-Match'] = known.join(', ');
      }
      const response = await request(isWhole ? 'GET' : 'HEAD', pathOf(key), { headers });
      if (response.status === 404) {
        const reason = isWhole ? await explain(response) : '';
        if (reason.includes('NoSuchBucket')) throw new BucketError('no such bucket');
        return null;
      }
      if (response.status === 304) {
        const etag = response.headers.get('etag') ?? known[0];
        return { size: 0, etag, read: () => new Blob([]).stream(), close: () => discard(response) };
      }
      if (response.ok) return describe(key, response);
      throw new BucketError(`the bucket refuses to read: ${await explain(response)}`);
    },

    async put(key, body, { conditions, limit, refuse }) {
      if (!exclusive && isConditional(conditions) && !(await isHonoured())) {
        body?.cancel().catch(() => {});
        return { outcome: 'unsupported' };
      }
      const arrived = await receiveBody(body, { limit, memory });
      if (typeof arrived === 'string') return { outcome: arrived };
      const { bytes, received, release } = arrived;
      try {
        const reason = refuse(received);
        if (reason !== null) return { outcome: 'refused', reason };
        const object = { bytes, headers: headersOf(key, received.sha256) };
        const store = key.cid === null ? putMeta : putCar;
        return await inOrder(pathOf(key), () => store(key, object, conditions));
      } finally {
        release();
      }
    },
  };
}

/** @param {import('./conditions.js').Conditions} conditions */
const isConditional = ({ ifMatch, ifNoneMatch }) => ifMatch !== null || ifNoneMatch !== null;

/** @param {import('./object-key.js').ObjectKey} key @returns {string} below the prefix */
const pathOf = ({ kind, name, file }) => `${kind}/${name}/${file}`;

/** The bytes of a CAR never change, so its CID may stand for them. */
const carTag = ({ cid }) => `"${cid.text}"`;

/** What the bucket keeps beside an object; it checks the hash. */
function headersOf({ cid }, sha256) {
  const hex = Array.from(sha256, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    'Content-Type': cid === null ? 'application/json' : 'application/vnd.ipld.car',
    'Cache-Control': cid === null ? 'no-cache' : 'public, max-age=31536000, immutable',
    'X-Amz-Content-Sha256': hex,
  };
}
