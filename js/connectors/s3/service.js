import { ReplicationError } from '../../errors.js';
import { baseUrl, describe, httpUrl } from '../base-url.js';
import { globalFetch } from '../global-fetch.js';
import { HttpClient } from '../http.js';
import { CarEvidence } from '../car-evidence.js';
import { ObjectRequests } from '../object-requests.js';
import { BRANCH, carPath, dataName, metaName } from '../paths.js';
import { publicObjects } from './bucket.js';
import { explainingFetch } from './failure.js';

/** What a service may say. */
const LARGEST_ANSWER = { bytes: 1024 * 1024, code: 'server' };

/** Codes with which a presigned address is refused. */
const REFUSED = ['unauthorized', 'forbidden'];

/**
 * A bucket that everybody may read, written through Fireproof's presigning service (format page 0.14, section 2.4):
 * `GET <upload>?type=…` gives `{ "uploadURL": … }`, to which the bytes are PUT. It knows no conditions.
 *
 * @param {import('../connector.js').Database & {
 *   upload?: string | URL, download: string | URL,
 *   headers?: Record<string, string>,
 *   getHeaders?: (reason: 'request' | 'unauthorized') => any,
 *   fetch?: typeof globalThis.fetch,
 *   identity?: string,
 * }} options without `upload` it is read-only; `headers` and `getHeaders` are for the service only, as with connect.rest
 * @returns {import('../connector.js').Connector}
 * @throws {ReplicationError} `invalid-argument`
 */
export function presigningService({
  upload,
  download,
  headers,
  getHeaders,
  fetch = globalFetch,
  ...database
}) {
  const base = baseUrl(download);
  const reading = publicObjects({ base, ...database, fetch, unchanged: 'fresh' });
  if (upload === undefined) return reading;
  const remote = reading.name;
  const service = httpUrl(upload);
  const asking = new HttpClient({ remote, fetch, headers, getHeaders });
  const bucket = new HttpClient({ remote, fetch: explainingFetch(fetch, remote) });

  // A cache may still say that nothing is there.
  const objects = new ObjectRequests({ base, http: bucket, fresh: true });
  const evidence = new CarEvidence({ objects, remote });

  /** The address to which an object is to be PUT. */
  async function addressFor(parameters, signal) {
    const url = new URL(service);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const request = { url: url.href, cache: 'no-store', limit: LARGEST_ANSWER, allow: [] };
    const { bytes } = await asking.get({ ...request, signal });
    try {
      return new URL(JSON.parse(new TextDecoder().decode(bytes)).uploadURL).href;
    } catch (cause) {
      const message = `${describe(service)}: the answer has no uploadURL`;
      throw new ReplicationError('server', message, { remote, retryable: false, cause });
    }
  }

  /** Its address may have come to its end on the way, so one that is refused is asked for once more. */
  async function put(parameters, { bytes, signal }) {
    const what = `upload of ${parameters.car ?? parameters.name}`;
    for (let isLast = false; ; isLast = true) {
      const url = await addressFor(parameters, signal);
      try {
        return await bucket.put({ url, what, body: bytes, signal, allow: [] });
      } catch (error) {
        if (isLast || !REFUSED.includes(error.code)) throw error;
      }
    }
  }

  return {
    ...reading,
    canWrite: true,

    hasCar: ({ kind, ...question }) =>
      evidence.has(carPath(database, kind, question.cid), question),

    async putCar(car) {
      const { kind, cid, bytes, onProgress } = car;
      onProgress?.(0, bytes.length);
      const cache = String(Math.random());
      const size = String(bytes.length);
      const parameters = { cache, type: kind, name: dataName(database), car: cid, size };
      const { status } = await put(parameters, car);
      await evidence.confirm(carPath(database, kind, cid), bytes, { status, signal: car.signal });
      onProgress?.(bytes.length, bytes.length);
      return 'stored';
    },

    async putMeta(meta) {
      const parameters = { type: 'meta', name: metaName(database), branch: BRANCH };
      const { headers: answer } = await put(parameters, meta);
      return { status: 'stored', etag: answer.get('etag') ?? undefined };
    },
  };
}
