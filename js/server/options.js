import { ReplicationError } from '../errors.js';

/**
 * What one option may be.
 *
 * @typedef {object} Rule
 * @property {(value: any) => boolean} is
 * @property {string} what the message says after "has to be"
 */

/** The longest time that a timer takes, milliseconds: more would fire at once. */
const LONGEST_TIME = 2 ** 31 - 1;

/** @type {Rule} */
export const TEXT = { is: (value) => typeof value === 'string' && value !== '', what: 'a text' };
/** @type {Rule} */
export const FUNCTION = { is: (value) => typeof value === 'function', what: 'a function' };
/** @type {Rule} */
export const FLAG = { is: (value) => typeof value === 'boolean', what: 'true or false' };
/** @type {Rule} */
export const OBJECT = {
  is: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  what: 'an object',
};
/** @type {Rule} */
export const TEXTS = {
  is: (value) => Array.isArray(value) && value.every((each) => TEXT.is(each)),
  what: 'a list of texts',
};
/** Of bytes, or of things at a time. @type {Rule} */
export const COUNT = {
  is: (value) => Number.isSafeInteger(value) && value > 0,
  what: 'a whole number from 1',
};
/** @type {Rule} */
export const MILLISECONDS = {
  is: (value) => Number.isInteger(value) && value > 0 && value <= LONGEST_TIME,
  what: `a whole number of milliseconds from 1 to ${LONGEST_TIME}`,
};

/** @param {Rule[]} rules @returns {Rule} */
export const either = (...rules) => ({
  is: (value) => rules.some((rule) => rule.is(value)),
  what: rules.map(({ what }) => what).join(', or '),
});

/** A rule that leaves the value to whoever uses it. @type {Rule} */
export const CHECKED_LATER = { is: () => true, what: '' };

/**
 * Refuses options that nobody knows and values of another type, so that a misspelt one never leaves a server
 * open. An option that is `undefined` counts as left out.
 *
 * @param {string} of what has them, for the message
 * @param {unknown} options
 * @param {Record<string, Rule>} rules one for each option that there is
 * @throws {ReplicationError} `invalid-argument`; the message names the option, never its value
 */
export function checkOptions(of, options, rules) {
  const refuse = (message) => {
    throw new ReplicationError('invalid-argument', `${of}: ${message}`);
  };
  if (!OBJECT.is(options)) refuse('the options have to be an object');
  for (const [name, value] of Object.entries(/** @type {object} */ (options))) {
    if (!Object.hasOwn(rules, name)) {
      refuse(`there is no option \`${name}\`, only ${Object.keys(rules).join(', ')}`);
    }
    const { is, what } = rules[name];
    if (value !== undefined && !is(value)) refuse(`\`${name}\` has to be ${what}`);
  }
}
