/**
 * Whether two values that were read say the same: plain objects, lists and bytes by what they hold, others by identity.
 *
 * @param {unknown} a
 * @param {unknown} b
 * @returns {boolean}
 */
export function same(a, b) {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const prototype = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (Array.isArray(a) || a instanceof Uint8Array) return sameItems(a, b);
  return prototype === Object.prototype && sameMembers(a, b);
}

function sameItems(a, b) {
  return a.length === b.length && a.every((item, index) => same(item, b[index]));
}

function sameMembers(a, b) {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => Object.hasOwn(b, name) && same(a[name], b[name]));
}
