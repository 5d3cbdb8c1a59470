/**
 * Random numbers that a seed repeats (xorshift, 32 bits).
 *
 * @param {number} seed
 * @returns {(below: number) => number} whole numbers from 0 on
 */
export function randomNumbers(seed) {
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** @param {number} length @returns {Uint8Array} */
export function randomBytes(length, seed) {
  const next = randomNumbers(seed);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = next(256);
  return bytes;
}
