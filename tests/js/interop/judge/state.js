import { commonAncestor, replayOrder } from './clock.js';
import { listing } from './shards.js';

/**
 * The documents at a head, `Map<key, value CID>`, as readers compute it: the shards of the common ancestor and the
 * events since (0.24: section 7.5, 0.14: section 5.4). Puts are replayed on the map of entries, not on the shards,
 * which is the same but for the ids that 0.14 loses (section 6.5).
 */
export function stateFromShards(format, { blockOf, eventOf }, head) {
  return effective(eventOf, head, (ancestor) => listing[format](blockOf, eventOf(ancestor).root));
}

/** The same from the events alone, from the first one on; no shard is looked at. */
export function stateFromHistory(eventOf, head) {
  const states = new Map();
  for (const cid of parentsFirst(eventOf, head)) {
    const { parents, ops } = eventOf(cid);
    const state = effective(eventOf, parents, (ancestor) => new Map(states.get(ancestor)));
    apply(state, ops);
    states.set(cid, state);
  }
  return effective(eventOf, head, (ancestor) => new Map(states.get(ancestor)));
}

function effective(eventOf, head, stateOf) {
  if (head.length === 0) return new Map();
  const ancestor = commonAncestor(eventOf, head);
  const state = stateOf(ancestor);
  if (head.length === 1) return state;
  for (const cid of replayOrder(eventOf, head, ancestor)) apply(state, eventOf(cid).ops);
  return state;
}

function apply(state, ops) {
  for (const { key, type, value } of ops) {
    if (type === 'del') state.delete(key);
    else state.set(key, value);
  }
}

function parentsFirst(eventOf, head) {
  const ordered = new Set();
  const waiting = [...head];
  while (waiting.length > 0) {
    const missing = eventOf(waiting.at(-1)).parents.filter((parent) => !ordered.has(parent));
    if (missing.length === 0) ordered.add(waiting.pop());
    else waiting.push(...missing);
  }
  return ordered;
}
