import { asReplicationError } from '../../errors.js';
import { readAttachments, readEvent, readShard } from './blocks.js';

/**
 * Walks from heads over all blocks that readers need: every event before them, and of each head the shards and the values
 * that they lead to. Superseded values and shards are not needed.
 *
 * @param {Map<string, Uint8Array>} blocks by CID
 * @param {string[]} candidates event CIDs: the heads, and perhaps events before them
 * @returns {{ heads: string[], events: { cid: string, parents: string[], keys: string[] }[], entries: number,
 *   attachments: ReturnType<typeof readAttachments>, missing: { cid: string, problem: string }[] }} `heads` sorted;
 *   events newest first; `entries`: of the shards of the heads, which are documents, with deleted ones; `missing`: blocks that are not there or not what they should be
 */
export function reach(blocks, candidates) {
  const missing = [];
  const seen = new Set();

  /** What a block says, null if it was seen before or cannot be had. */
  function read(cid, reader, needed) {
    if (seen.has(cid)) return null;
    seen.add(cid);
    const bytes = blocks.get(cid);
    if (!bytes) {
      missing.push({ cid, problem: `no CAR has ${needed}` });
      return null;
    }
    try {
      return reader(bytes);
    } catch (error) {
      missing.push({ cid, problem: asReplicationError(error, 'corrupt-block', needed).message });
      return null;
    }
  }

  const events = [];
  const roots = new Map();
  let waiting = [...candidates];
  while (waiting.length > 0) {
    const next = [];
    for (const cid of waiting) {
      const event = read(cid, readEvent, 'this event');
      if (!event) continue;
      events.push({ cid, parents: event.parents, keys: event.keys });
      roots.set(cid, event.root);
      next.push(...event.parents);
    }
    waiting = next;
  }

  const before = new Set(events.flatMap(({ parents }) => parents));
  const heads = candidates.filter((cid) => !before.has(cid)).sort();

  const attachments = [];
  let entries = 0;
  const shards = heads
    .filter((head) => roots.has(head))
    .map((head) => ({ cid: roots.get(head), prefix: '' }));
  while (shards.length > 0) {
    const { cid, prefix } = shards.pop();
    for (const { key, shard, value } of read(cid, readShard, `the shard "${prefix}"`) ?? []) {
      if (shard) shards.push({ cid: shard, prefix: prefix + key });
      if (!value) continue;
      entries += 1;
      const named = read(value, readAttachments, `the value of "${prefix + key}"`);
      attachments.push(...(named ?? []));
    }
  }
  return { heads, events, entries, attachments, missing };
}
