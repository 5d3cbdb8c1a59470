import { ReplicationError } from '../errors.js';

/** @returns {never} */
export function refuse(message) {
  throw new ReplicationError('invalid-argument', message);
}

/**
 * The options that an application gave, of which each must be a known one: a name that is mistyped would be an option that
 * is silently not there.
 *
 * @template {object} Options
 * @param {Options | null | undefined} options absent: none
 * @param {readonly string[]} known names
 * @param {string} what takes them, for the message
 * @returns {Options | {}}
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkMembers(options, known, what) {
  if (options === undefined || options === null) return {};
  if (typeof options !== 'object' || Array.isArray(options))
    refuse(`the options of ${what} are an object`);
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    const names = unknown.map((name) => `\`${name}\``).join(', ');
    refuse(`${what} has no option ${names}; it has ${known.join(', ')}`);
  }
  return options;
}

/** @throws {ReplicationError} `invalid-argument` unless it is absent, true or false */
export function checkFlag(value, name) {
  if (value !== undefined && typeof value !== 'boolean') refuse(`\`${name}\` is true or false`);
  return value;
}
