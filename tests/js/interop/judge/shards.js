/**
 * The entries below a shard, as `Map<key, value CID>`, for both shapes of shards.
 *
 * @type {Record<string, (blockOf: (cid: string) => any, root: string) => Map<string, string>>}
 */
export const listing = {
  // Format page 0.24, section 7.1.
  0.24: (blockOf, root) => list(blockOf, root, (shard) => shard.entries),
  // Format page 0.14, section 6.1.
  0.14: (blockOf, root) => list(blockOf, root, (shard) => shard),
};

function list(blockOf, root, entriesOf) {
  const found = new Map();
  const waiting = [[root, '']];
  while (waiting.length > 0) {
    const [cid, prefix] = waiting.pop();
    for (const [key, value] of entriesOf(blockOf(cid))) {
      const whole = prefix + key;
      const [link, own] = Array.isArray(value) ? value : [null, value];
      if (link) waiting.push([String(link), whole]);
      if (own) found.set(whole, String(own));
    }
  }
  return found;
}
