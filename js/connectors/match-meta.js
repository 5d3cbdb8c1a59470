import { ReplicationError } from '../errors.js';
import { areSame } from './bytes.js';
import { formsOf, isSameTag } from './etags.js';

/** Refusals in a row although the meta had not changed, after which conditions count as not supported. */
const ENOUGH = 3;

/** Bytes of a meta that are kept, to recognise it although its ETag is another one. */
const LARGEST_KEPT = 1024 * 1024;

/**
 * Conditions on the meta, at remotes whose ETags are not what they seem. When a condition does not hold although the meta is
 * still the one that was read, the other forms of its ETag are tried (etags.js); what works is remembered. Where none does, three
 * times in a row, somebody rewrites ETags or the remote cannot match them: that is `unsupported`. A Ceph bucket that keeps
 * versions is such a place.
 *
 * @param {Pick<import('./connector.js').Connector, 'getMeta' | 'putMeta' | 'name'>} connector
 * @returns {Pick<import('./connector.js').Connector, 'getMeta' | 'putMeta'>}
 */
export function matchingMeta(connector) {
  /** The meta that was read last. @type {{ etag: string, bytes: Uint8Array } | null} */
  let last = null;
  /** @type {'unknown' | 'kept' | 'bare'} */
  let form = 'unknown';
  let refusals = 0;

  async function getMeta(request) {
    const answer = await connector.getMeta(request);
    if (answer.status !== 'found') return answer;
    const [bytes] = answer.metas;
    const isKept = answer.etag !== undefined && bytes.length <= LARGEST_KEPT;
    last = isKept ? { etag: answer.etag, bytes: bytes.slice() } : null;
    return answer;
  }

  /** Whether what is there is still what the condition asked for. */
  async function isUnchanged({ condition, etag, signal }) {
    const known = last !== null && last.etag === etag ? last.bytes : null;
    const there = await connector.getMeta({ signal }).catch((error) => {
      if (signal?.aborted) throw error;
      return { status: 'unknown' };
    });
    const { status, metas, etag: found } = there;
    if (condition === 'absent') return status === 'none';
    if (status !== 'found') return false;
    return isSameTag(found, etag) || (known !== null && areSame(known, metas[0]));
  }

  async function putMeta(upload) {
    const { condition = 'none' } = upload;
    if (condition === 'none') return connector.putMeta(upload);
    const forms = formsToTry(upload);
    const answer = await tryForm(upload, forms[0]);
    if (answer.status === 'stored') refusals = 0;
    if (answer.status !== 'conflict') return answer;
    // A form that has worked is not to blame.
    const isTrusted = upload.condition === 'match' && form !== 'unknown' && forms.length === 1;
    if (isTrusted || !(await isUnchanged(upload))) {
      refusals = 0;
      return { status: 'conflict' };
    }
    for (const each of forms.slice(1)) {
      const again = await tryForm(upload, each);
      if (again.status === 'stored') refusals = 0;
      if (again.status !== 'conflict') return again;
    }
    return refused(answer);
  }

  function formsToTry({ condition, etag }) {
    if (condition === 'absent') return [{ form, etag: undefined }];
    return formsOf(etag).filter((each) => form === 'unknown' || each.form === form);
  }

  async function tryForm(upload, { form: name, etag }) {
    const answer = await connector.putMeta({ ...upload, etag });
    if (answer.status === 'stored') form = name;
    return answer;
  }

  /** @throws {ReplicationError} `conflict` on a 409, with which nothing is compared */
  function refused({ answered }) {
    if (answered === 409) {
      const message =
        'the remote answered 409 to a condition on the meta, although it holds: a folder may be missing, or another upload is under way';
      throw new ReplicationError('conflict', message, { remote: connector.name });
    }
    refusals += 1;
    return { status: refusals < ENOUGH ? 'conflict' : 'unsupported' };
  }

  return { getMeta, putMeta };
}
