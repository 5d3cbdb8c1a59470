import { ReplicationError } from '../errors.js';
import { areSame } from './bytes.js';
import { CarEvidence } from './car-evidence.js';
import { LARGEST_META } from './connector.js';
import { contentDigest, sha256 } from './digest.js';
import { formsOf, isSameTag } from './etags.js';
import { ObjectRequests } from './object-requests.js';
import { carPath, metaPath } from './paths.js';
import { REFUSED, REFUSED_MATCH, RemoteTraits, UNSUPPORTED, isRefusal } from './remote-traits.js';

const CAR_TYPE = 'application/vnd.ipld.car';
const META_TYPE = 'application/json';
const META_LIMIT = { bytes: LARGEST_META, code: 'corrupt-meta' };

/**
 * The writing half of a connector to objects at the paths of paths.js, by conditional PUT requests (RFC 9110, section 13).
 * What it says is stored, it has evidence for (car-evidence.js).
 *
 * @param {object} options
 * @param {URL} options.base under which the objects lie, from `baseUrl`
 * @param {import('./http.js').HttpClient} options.http
 * @param {import('./connector.js').Database} options.database
 * @param {string} options.remote the connector's name, for errors
 * @param {import('./digest.js').DigestHeader} [options.digest] the header in which the remote is told the digest of a body;
 *   default: Content-Digest
 * @returns {Required<Pick<import('./connector.js').Connector, 'putCar' | 'putMeta' | 'hasCar' | 'probe'>>}
 */
export function objectWriter({ base, http, database, remote, digest = contentDigest }) {
  const objects = new ObjectRequests({ base, http });
  const traits = new RemoteTraits({ objects, database, digest });
  const evidence = new CarEvidence({ objects, remote });

  /** Stores an object. @returns {Promise<{ status: number, headers: Headers, isProven: boolean }>} */
  async function put(path, bytes, { headers, type, allow, condition, signal }) {
    const isChecking = await traits.checksDigests(signal);
    const told = isChecking ? digest(await sha256(bytes)) : {};
    const all = { ...told, ...headers };
    try {
      const answer = await objects.put(path, bytes, { type, headers: all, allow, signal });
      return { ...answer, isProven: isChecking && isFromStore(answer.headers) };
    } catch (error) {
      // Some refuse requests with conditions in other ways. The connector never does without by itself.
      if (condition && isRefusal(error) && (await knowsNo(condition, signal)))
        return { status: UNSUPPORTED, headers: new Headers(), isProven: false };
      throw error;
    }
  }

  async function knowsNo(condition, signal) {
    const found = await traits.conditions(signal).catch(() => null);
    return found?.[condition] === 'unsupported';
  }

  const putAt = (path, bytes, more) => put(path, bytes, { type: CAR_TYPE, ...more });

  /** In place of what an upload left that was cut off, if that is still there. */
  async function replaceDamaged(path, bytes, { etag, signal }) {
    const forms = etag === undefined ? [undefined] : formsOf(etag).map((each) => each.etag);
    for (const form of forms) {
      const headers = form === undefined ? {} : { 'If-Match': form };
      const allow = form === undefined ? [] : [...REFUSED_MATCH, UNSUPPORTED];
      const condition = form === undefined ? undefined : 'match';
      const answer = await putAt(path, bytes, { headers, allow, condition, signal });
      if (answer.status === UNSUPPORTED) return replaceDamaged(path, bytes, { signal });
      if (!allow.includes(answer.status)) return answer;
    }
    const message = `${objects.describe(path)}: what is there is damaged, and could not be replaced`;
    throw new ReplicationError('conflict', message, { remote });
  }

  return {
    hasCar: ({ kind, cid, bytes, signal }) =>
      evidence.has(carPath(database, kind, cid), { cid, bytes, signal }),

    probe: ({ signal }) => traits.conditions(signal, { anew: true }),

    async putCar({ kind, cid, bytes, ifAbsent, signal, onProgress }) {
      onProgress?.(0, bytes.length);
      const path = carPath(database, kind, cid);
      const condition = ifAbsent ? 'absent' : undefined;
      const headers = ifAbsent ? { 'If-None-Match': '*' } : {};
      const allow = ifAbsent ? [...REFUSED, UNSUPPORTED] : [];
      let answer = await putAt(path, bytes, { headers, allow, condition, signal });
      if (answer.status === UNSUPPORTED) return 'unsupported';
      if (REFUSED.includes(answer.status)) {
        const { status } = answer;
        const there = await evidence.examine(path, { cid, bytes, status, signal });
        if (there.is !== 'damaged') return 'exists';
        answer = await replaceDamaged(path, bytes, { etag: there.etag, signal });
      }
      if (!answer.isProven) await evidence.confirm(path, bytes, { status: answer.status, signal });
      traits.noteStored();
      onProgress?.(bytes.length, bytes.length);
      return 'stored';
    },

    async putMeta({ bytes, condition, etag, signal }) {
      const path = metaPath(database);
      const answer = await put(path, bytes, { type: META_TYPE, signal, ...asked(condition, etag) });
      const { status, headers, isProven } = answer;
      if (status === UNSUPPORTED) return { status: 'unsupported' };
      if (REFUSED_MATCH.includes(status)) return { status: 'conflict', answered: status };
      const stored = { status: 'stored', etag: headers.get('etag') ?? undefined };
      // Where no condition is asked for, the engine reads it back a moment later in any case.
      if (isProven || condition === 'none') return stored;
      const found = await objects.read(path, { limit: META_LIMIT, signal });
      if (found !== null && areSame(found.bytes, bytes))
        return { status: 'stored', etag: stored.etag ?? found.etag };
      if (found !== null && !isSameTag(found.etag, etag)) return { status: 'conflict' };
      const message = `${objects.describe(path)}: the upload of the meta was answered ${status}, but ${found === null ? 'nothing is there' : 'the one before is still there'}`;
      throw new ReplicationError('server', message, { remote, retryable: true });
    },
  };
}

/** A page of a portal, which takes everything, is none. @param {Headers} headers of an answer */
function isFromStore(headers) {
  return headers.has('etag') && !/html/i.test(headers.get('content-type') ?? '');
}

/** The header of a condition, and the statuses that say that it did not hold. */
function asked(condition, etag) {
  if (condition === 'absent')
    return { headers: { 'If-None-Match': '*' }, allow: [...REFUSED, UNSUPPORTED], condition };
  if (condition === 'match')
    return { headers: { 'If-Match': etag }, allow: [...REFUSED_MATCH, UNSUPPORTED], condition };
  return { headers: {}, allow: [] };
}
