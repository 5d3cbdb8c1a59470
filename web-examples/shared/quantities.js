/** Numbers as the page shows them. */

const whole = new Intl.NumberFormat('en');

/** @param {number} number */
export const count = (number) => whole.format(number);

/**
 * @param {number} number
 * @param {string} noun in the singular
 */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? '' : 's'}`;

/** @param {number} number of bytes; units are powers of 1,000 */
export function bytes(number) {
  if (number < 1000) return `${number} B`;
  if (number < 999_500) return `${(number / 1000).toFixed(number < 9950 ? 1 : 0)} kB`;
  return `${(number / 1e6).toFixed(number < 9.95e6 ? 2 : 1)} MB`;
}

/** @param {number} milliseconds */
export function duration(milliseconds) {
  if (milliseconds < 9.95) return `${milliseconds.toFixed(1)} ms`;
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(2)} s`;
}
