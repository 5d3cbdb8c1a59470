import { ReplicationError } from '../../errors.js';
import { cidText } from '../../interop/car-header.js';
import { DOCUMENT_DEPTH, Link, decode } from '../../interop/dag-cbor.js';

/** What blocks say, with CIDs as text. Both formats. */

const textOf = (link) => (link instanceof Link ? cidText(link.cid) : malformed('no link'));
const textsOf = (links) =>
  Array.isArray(links) ? links.map(textOf) : malformed('no list of links');

/** @returns {never} */
function malformed(why) {
  throw new ReplicationError('corrupt-block', `a block is not what it should be: ${why}`);
}

/**
 * The header of a data CAR: 0.24 has groups of CARs, 0.14 single ones.
 *
 * @param {Uint8Array} bytes
 * @returns {{ head: string[], cars: string[][], compact: string[][] }}
 * @throws {ReplicationError} `corrupt-block`
 */
export function readHeader(bytes) {
  const { fp } = decode(bytes);
  const groups = (list) => (Array.isArray(list) ? list : []).map((each) => textsOf([each].flat()));
  return {
    head: textsOf(fp?.meta?.head ?? fp?.head),
    cars: groups(fp?.cars),
    compact: groups(fp?.compact),
  };
}

/**
 * @param {Uint8Array} bytes
 * @returns {{ root: string, parents: string[], keys: string[] }}
 * @throws {ReplicationError} `corrupt-block`
 */
export function readEvent(bytes) {
  const { data, parents } = decode(bytes);
  const operations = data?.ops ?? [data];
  const keys = operations.map((operation) => operation?.key);
  if (!keys.every((key) => typeof key === 'string')) malformed('no event');
  return { root: textOf(data.root), parents: textsOf(parents), keys };
}

/**
 * @param {Uint8Array} bytes of a shard
 * @returns {{ key: string, shard: string | null, value: string | null }[]}
 * @throws {ReplicationError} `corrupt-block`
 */
export function readShard(bytes) {
  const decoded = decode(bytes);
  const entries = Array.isArray(decoded) ? decoded : decoded?.entries;
  if (!Array.isArray(entries)) malformed('no shard');
  return entries.map(([key, value]) => {
    const [shard, own] = Array.isArray(value) ? value : [null, value];
    return { key, shard: shard && textOf(shard), value: own ? textOf(own) : null };
  });
}

/**
 * The attachments that a value block names.
 *
 * @param {Uint8Array} bytes
 * @returns {{ cid: string, cars: string[], isPublic: boolean }[]}
 * @throws {ReplicationError} `corrupt-block`
 */
export function readAttachments(bytes) {
  const { doc } = decode(bytes, DOCUMENT_DEPTH);
  return ['_files', '_publicFiles'].flatMap((member) =>
    Object.values(doc?.[member] ?? {})
      .filter((entry) => entry?.cid instanceof Link && entry.car)
      .map(({ cid, car }) => ({
        cid: textOf(cid),
        cars: textsOf([car].flat()),
        isPublic: member === '_publicFiles',
      })),
  );
}
