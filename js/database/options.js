import { newId } from './document-id.js';
import { isLogger, toConsole } from './logger.js';
import { checkFlag, checkMembers, refuse } from './members.js';
import { ReplicationError } from '../errors.js';

const FORMATS = ['0.24', '0.14'];

/** Options of `fireproof()`. */
const DATABASE_OPTIONS = ['format', 'key', 'public', 'storage', 'worker', 'logger', 'snapshot'];

/** Options of the storages that are objects with a `type`. */
const STORAGE_OPTIONS = {
  indexeddb: ['type', 'durability'],
  file: ['type', 'dir', 'durability'],
};

/** Options of listings. */
const LIST_OPTIONS = ['limit', 'descending', 'prefix', 'range', 'key', 'keys', 'includeDeleted'];

/**
 * The options of `fireproof()`, checked and with defaults.
 *
 * @param {string} [name] of the database; absent: one that no other has, in memory
 * @param {{ format?: string, key?: string, public?: boolean, storage?: any, worker?: boolean, logger?: object }} [options]
 * @throws {ReplicationError} `invalid-argument`, `unsupported-format`
 */
export function checkOptions(name, options) {
  const nameless = name === undefined || name === null;
  if (!nameless && (typeof name !== 'string' || name === ''))
    refuse('the name of a database is a text that is not empty, or absent for one in memory');
  const given = checkMembers(options, DATABASE_OPTIONS, 'fireproof()');
  const { format = '0.24', key, public: isPublic = false, worker = true } = given;
  const { storage = nameless ? 'memory' : undefined, logger = toConsole } = given;
  if (!FORMATS.includes(format)) {
    throw new ReplicationError(
      'unsupported-format',
      `format ${String(format)} is neither "0.24" nor "0.14"`,
    );
  }
  if (key !== undefined && typeof key !== 'string') refuse('`key` is hex or base58 text');
  checkFlag(isPublic, 'public');
  checkFlag(worker, 'worker');
  if (!isLogger(logger)) refuse('`logger` has functions debug, info, warn and error');
  if (nameless && storage !== 'memory') refuse('a database that is stored needs a name');
  checkStorage(storage);
  const database = { name: name ?? `memory-${newId()}`, format, key, public: isPublic };
  return { ...database, storage, worker, logger };
}

/** What can be said of the option `storage` without knowing the platform. */
function checkStorage(storage) {
  if (storage === undefined || typeof storage === 'string') return;
  if (typeof storage !== 'object' || storage === null) refuse('`storage` is a text or an object');
  if (typeof storage.commit === 'function') return;
  const known = Object.hasOwn(STORAGE_OPTIONS, storage.type) && STORAGE_OPTIONS[storage.type];
  if (!known) refuse(`there is no storage of type "${String(storage.type)}"`);
  const { dir, durability } = checkMembers(storage, known, `the storage "${storage.type}"`);
  if (dir !== undefined && (typeof dir !== 'string' || dir === ''))
    refuse('`dir` of a storage is the path of a folder');
  if (durability !== undefined && durability !== 'relaxed' && durability !== 'strict')
    refuse("`durability` is 'relaxed' or 'strict'");
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
 * The options of listings, checked.
 *
 * @param {import('../types/index.js').ListOptions | null} [options] at most one of `key`, `keys`, `prefix` and `range`
 * @returns {{ range: object, keys?: string[], includeDeleted: boolean }} `range` is for the engine: both ends of the option
 *   of that name, inclusive, are two members
 * @throws {ReplicationError} `invalid-argument`
 */
export function listingOf(options) {
  const given = checkMembers(options, LIST_OPTIONS, 'allDocs()');
  const { limit, descending, prefix, range, key, keys, includeDeleted = false } = given;
  const chosen = Object.entries({ key, keys, prefix, range }).filter(([, value]) => value != null);
  if (chosen.length > 1)
    refuse(`give one of ${chosen.map(([name]) => `\`${name}\``).join(' and ')}`);
  checkFlag(includeDeleted, 'includeDeleted');
  const wanted = {};
  if (limit != null) wanted.limit = checkLimit(limit);
  if (descending != null) wanted.descending = checkFlag(descending, 'descending');
  if (prefix != null) wanted.prefix = textOf(prefix, 'prefix');
  if (range != null) [wanted.from, wanted.to] = textsOf(range, 'range', 2);
  if (key != null) wanted.from = wanted.to = textOf(key, 'key');
  const list = keys == null ? {} : { keys: textsOf(keys, 'keys') };
  return { range: wanted, includeDeleted, ...list };
}

/** @returns {string} */
function textOf(value, name) {
  return typeof value === 'string' ? value : refuse(`\`${name}\` is a text`);
}

/** @returns {string[]} */
function textsOf(list, name, length = list?.length) {
  if (Array.isArray(list) && list.length === length)
    return list.map((item) => textOf(item, `${name}[]`));
  return refuse(name === 'range' ? '`range` is [from, to]' : `\`${name}\` is a list of texts`);
}
