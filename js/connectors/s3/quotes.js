/** Refusals in a row although the meta had not changed, after which conditions count as not supported. */
const ENOUGH = 3;

const bareOf = (etag) => etag?.replace(/^(?:W\/)?"(.*)"$/, '$1');

/**
 * Ceph's gateway refuses `If-Match` with the very ETag that it gave, unless its quotes are left out. So when a
 * condition does not hold although the meta has not changed, it is tried once without quotes; what works is remembered.
 * In a bucket that keeps versions it refuses both, so that nothing could be replaced any more: that is `unsupported`.
 *
 * @param {Pick<import('../connector.js').Connector, 'putMeta'>} writer
 * @param {(request: { signal?: AbortSignal }) => Promise<string | undefined>} currentEtag of the meta
 * @returns {import('../connector.js').Connector['putMeta']}
 */
export function putMetaMindingQuotes({ putMeta }, currentEtag) {
  /** @type {'unknown' | 'kept' | 'dropped'} */
  let quotes = 'unknown';
  let refusals = 0;
  return async (upload) => {
    if (upload.condition !== 'match') return putMeta(upload);
    const bare = { ...upload, etag: bareOf(upload.etag) };
    const answer = await putMeta(quotes === 'dropped' ? bare : upload);
    if (answer.status === 'stored' && quotes === 'unknown') quotes = 'kept';
    if (answer.status !== 'conflict' || quotes !== 'unknown') return answer;
    if (bareOf(await currentEtag({ signal: upload.signal })) !== bare.etag) {
      refusals = 0;
      return answer;
    }
    const again = await putMeta(bare);
    if (again.status === 'stored') quotes = 'dropped';
    if (again.status !== 'conflict') return again;
    refusals += 1;
    return refusals < ENOUGH ? again : { status: 'unsupported' };
  };
}
