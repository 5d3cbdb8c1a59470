/**
 * The clock rules of both format pages (0.24: 5.2, 5.3, 7.5; 0.14: 5.2 to 5.4) as they are written there: paths are
 * enumerated, nothing is counted in one pass. That is exponential in the number of forks, so it is bounded.
 *
 * An event here is `{ root, parents, ops: [{ key, type, value }] }` with CIDs as text; `eventOf(cid)` loads one.
 */

/** Steps along paths that one replay may take; some seconds of work. */
const MOST_STEPS = 5_000_000;

/** The events of which no other given one descends. */
export function maximal(eventOf, candidates) {
  const all = [...new Set(candidates)].sort();
  const below = new Set();
  for (const candidate of all) ancestors(eventOf, candidate).forEach((cid) => below.add(cid));
  return all.filter((cid) => !below.has(cid));
}

function ancestors(eventOf, cid) {
  const seen = new Set();
  const next = [...eventOf(cid).parents];
  while (next.length > 0) {
    const each = next.pop();
    if (seen.has(each)) continue;
    seen.add(each);
    next.push(...eventOf(each).parents);
  }
  return seen;
}

/** One candidate list for each event; step by step until a CID is in all of them. */
export function commonAncestor(eventOf, events) {
  if (events.length === 1) return events[0];
  const lists = events.map((cid) => [cid]);
  for (let steps = 0; steps < MOST_STEPS; steps += lists.length) {
    let moved = false;
    for (const list of lists) {
      const last = list.at(-1);
      const next = step(eventOf, last);
      moved ||= next !== last;
      list.push(next);
      for (const each of lists) {
        const common = each.find((cid) => lists.every((other) => other.includes(cid)));
        if (common) return common;
      }
    }
    if (!moved) break;
  }
  throw new Error(`no common ancestor of ${events.join(', ')}`);
}

function step(eventOf, cid) {
  const { parents } = eventOf(cid);
  if (parents.length === 0) return cid;
  return parents.length === 1 ? parents[0] : commonAncestor(eventOf, parents);
}

/** The events to replay on the ancestor's state, in order. */
export function replayOrder(eventOf, head, ancestor) {
  const weights = new Map();
  let steps = 0;
  const walk = (start) => {
    const stack = [[start, 0]];
    while (stack.length > 0) {
      const [cid, depth] = stack.pop();
      if (++steps > MOST_STEPS) throw new Error('too many paths to enumerate');
      weights.set(cid, (weights.get(cid) ?? 0) + depth);
      const { parents } = eventOf(cid);
      if (parents.length === 1 && parents[0] === ancestor) continue;
      for (const parent of parents) stack.push([parent, depth + 1]);
    }
  };
  head.forEach(walk);
  const text = (a, b) => (a < b ? -1 : 1);
  return [...weights]
    .sort(([a, weightA], [b, weightB]) => weightB - weightA || text(a, b))
    .map(([cid]) => cid);
}
