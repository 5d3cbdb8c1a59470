/** @param {Uint8Array} one @param {Uint8Array} other */
export function areSame(one, other) {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (one[at] !== other[at]) return false;
  return true;
}
