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
 * The options of listings for the engine: `range: [from, to]`, both inclusive, becomes two members.
 *
 * @param {{ limit?: number, descending?: boolean, prefix?: string, range?: [string, string] }} options
 * @throws {ReplicationError} `invalid-argument`
 */
export function rangeOf({ limit, descending, prefix, range }) {
  const wanted = {};
  if (limit !== undefined) {
    if (!Number.isSafeInteger(limit) || limit < 0) refuse('`limit` is a natural number');
    wanted.limit = limit;
  }
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
