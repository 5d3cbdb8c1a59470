/** Milliseconds: the longest first wait, and the longest of all. */
export const RETRY = { first: 500, longest: 60_000 };

/**
 * How long to wait before a further try: a random part ("full jitter") of a time that doubles up to a cap, so that
 * devices that failed together do not come back together.
 *
 * @param {number} failures in a row, at least 1
 * @param {object} options
 * @param {{ first: number, longest: number }} options.retry milliseconds
 * @param {() => number} options.random 0 up to, not including, 1
 * @param {number} [options.atLeast] milliseconds that the remote asked for
 * @returns {number} milliseconds
 */
export function backoff(failures, { retry, random, atLeast = 0 }) {
  const cap = Math.min(retry.longest, retry.first * 2 ** Math.min(failures - 1, 30));
  return Math.max(atLeast, random() * cap);
}
