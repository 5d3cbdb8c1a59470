/**
 * @typedef {object} Row an event, from `db.events()`
 * @property {string} cid
 * @property {string[]} parents
 * @property {string[]} keys that it writes or deletes
 */

/**
 * Which keys were written by several devices that did not know of each other.
 *
 * @param {Row[]} rows newest first
 * @returns {Map<string, string[]>} by key: the events that wrote it last, none of which descends from another
 */
export function rivalsOf(rows) {
  /** @type {Map<string, string[]>} */
  const last = new Map();
  const parentsOf = new Map(rows.map(({ cid, parents }) => [cid, parents]));
  const ancestors = new Map();
  for (const { cid, keys } of rows) {
    for (const key of new Set(keys)) {
      const later = last.get(key) ?? [];
      const isCovered = later.some((event) => {
        if (!ancestors.has(event)) ancestors.set(event, ancestorsOf(event, parentsOf));
        return ancestors.get(event).has(cid);
      });
      if (!isCovered) last.set(key, [...later, cid]);
    }
  }
  return new Map([...last].filter(([, events]) => events.length > 1));
}

function ancestorsOf(event, parentsOf) {
  const found = new Set();
  const next = [event];
  while (next.length > 0) {
    for (const parent of parentsOf.get(next.pop()) ?? []) {
      if (found.has(parent)) continue;
      found.add(parent);
      next.push(parent);
    }
  }
  return found;
}
