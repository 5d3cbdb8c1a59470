/**
 * Freezes what was read and the lists in it, such as `rows` and `docs`: several subscribers share them. Documents stay as they are.
 *
 * @template Value
 * @param {Value} value
 * @returns {Value} the same
 */
export function frozenValue(value) {
  if (!isPlain(value)) return value;
  for (const member of Object.values(value)) if (Array.isArray(member)) Object.freeze(member);
  return Object.freeze(value);
}

/** What can be frozen and is meant to be: a view of bytes cannot. */
function isPlain(value) {
  if (Array.isArray(value)) return true;
  if (typeof value !== 'object' || value === null || '_id' in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}
