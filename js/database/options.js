import { ReplicationError } from '../errors.js';

const FORMATS = ['0.24', '0.14'];

function refuse(message) {
  throw new ReplicationError('invalid-argument', message);
}

/**
 * The options of `fireproof()`, checked and with defaults.
 *
 * @param {string} name of the database
 * @param {{ format?: string, key?: string, public?: boolean, storage?: any, worker?: boolean }} options
 * @throws {ReplicationError} `invalid-argument`, `unsupported-format`
 */
export function checkOptions(name, options = {}) {
  if (typeof name !== 'string' || name === '') refuse('a database needs a name');
  const { format = '0.24', key, public: isPublic = false, storage, worker = true } = options;
  if (!FORMATS.includes(format)) {
    throw new ReplicationError(
      'unsupported-format',
      `format ${String(format)} is neither "0.24" nor "0.14"`,
    );
  }
  if (key !== undefined && typeof key !== 'string') refuse('`key` is hex or base58 text');
  if (typeof isPublic !== 'boolean') refuse('`public` is true or false');
  return { name, format, key, public: isPublic, storage, worker };
}

/**
 * @param {unknown} limit
 * @returns {number}
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkLimit(limit) {
  return Number.isSafeInteger(limit) && limit >= 0 ? limit : refuse('`limit` is a natural number');
}

/**
 * @param {unknown} clock must be a list of texts; whether they are events, the engine knows
 * @param {string} what names it in the message
 * @returns {readonly string[]}
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkClock(clock, what) {
  return Array.isArray(clock) && clock.every((event) => typeof event === 'string')
    ? clock
    : refuse(`${what} is a list of event CIDs, as \`clock\` gives it`);
}

/**
 * The options of listings for the engine: `range: [from, to]`, both inclusive, becomes two members.
 *
 * @param {{ limit?: number, descending?: boolean, prefix?: string, range?: [string, string] }} options
 * @throws {ReplicationError} `invalid-argument`
 */
export function rangeOf({ limit, descending, prefix, range }) {
  const wanted = {};
  if (limit !== undefined) wanted.limit = checkLimit(limit);
  if (descending !== undefined) wanted.descending = Boolean(descending);
  if (prefix !== undefined) {
    if (typeof prefix !== 'string') refuse('`prefix` is a text');
    wanted.prefix = prefix;
  }
  if (range !== undefined) {
    if (
      !Array.isArray(range) ||
      range.length !== 2 ||
      !range.every((bound) => typeof bound === 'string')
    ) {
      refuse('`range` is [from, to], two texts');
    }
    [wanted.from, wanted.to] = range;
  }
  return wanted;
}
