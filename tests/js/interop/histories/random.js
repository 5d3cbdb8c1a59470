/** Random numbers from a seed (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;

  /** From 0 up to, not including, 1. */
  function next() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  const below = (limit) => Math.floor(next() * limit);
  return {
    below,
    chance: (probability) => next() < probability,
    pick: (list) => list[below(list.length)],
    /** @param {[any, number][]} choices with their weights */
    weighted(choices) {
      let at = next() * choices.reduce((sum, [, weight]) => sum + weight, 0);
      return choices.find(([, weight]) => (at -= weight) < 0)[0];
    },
  };
}
