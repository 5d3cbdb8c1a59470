/**
 * Ceph's gateway refuses `If-Match` with the very ETag that it gave, unless its quotes are left out. So when a
 * condition does not hold although the meta has not changed, it is tried once without quotes; what works is remembered.
 *
 * @param {Pick<import('../connector.js').Connector, 'putMeta'>} writer
 * @param {(request: { signal?: AbortSignal }) => Promise<string | undefined>} currentEtag of the meta
 * @returns {import('../connector.js').Connector['putMeta']}
 */
export function putMetaMindingQuotes({ putMeta }, currentEtag) {
  /** @type {'unknown' | 'kept' | 'dropped'} */
  let quotes = 'unknown';
  return async (upload) => {
    if (upload.condition !== 'match') return putMeta(upload);
    const bare = { ...upload, etag: upload.etag.replace(/^(?:W\/)?"(.*)"$/, '$1') };
    const answer = await putMeta(quotes === 'dropped' ? bare : upload);
    if (answer.status === 'stored' && quotes === 'unknown') quotes = 'kept';
    if (answer.status !== 'conflict' || quotes !== 'unknown') return answer;
    if ((await currentEtag({ signal: upload.signal })) !== upload.etag) return answer;
    const again = await putMeta(bare);
    if (again.status === 'stored') quotes = 'dropped';
    return again;
  };
}
