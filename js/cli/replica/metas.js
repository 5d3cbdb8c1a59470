import { asReplicationError } from '../../errors.js';
import { parseHeader } from '../../interop/meta-header.js';
import { groupOf, parseMetaList } from '../../interop/meta-list.js';

/**
 * What the metas of a remote name.
 *
 * @param {Uint8Array[]} metas
 * @param {string} format
 * @returns {{ groups: string[][], keys: string[], problems: { cid: string, problem: string }[] }} CARs in commit groups; the
 *   keys that a 0.14 meta tells, hex; `problems`: entries that cannot be read
 * @throws {ReplicationError} `corrupt-meta`
 */
export function readMetas(metas, format) {
  if (format === '0.14') {
    const headers = metas.map(parseHeader);
    return {
      groups: headers.map(({ car }) => [car]),
      keys: headers.flatMap(({ key }) => key ?? []),
      problems: [],
    };
  }
  const problems = [];
  const groups = parseMetaList(metas).entries.flatMap((entry) => {
    try {
      return [groupOf(entry)];
    } catch (error) {
      const { message } = asReplicationError(error, 'corrupt-meta', 'an entry of the meta');
      problems.push({ cid: entry.cid, problem: message });
      return [];
    }
  });
  return { groups, keys: [], problems };
}
