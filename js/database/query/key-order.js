import { ReplicationError } from '../../errors.js';

/** Kinds of keys, in their order. */
const RANKS = ['null', 'false', 'true', 'number', 'text', 'array'];

function kindOf(key) {
  if (key === null || key === true || key === false) return String(key);
  if (typeof key === 'bigint') return 'number';
  if (typeof key === 'number') return Number.isNaN(key) ? undefined : 'number';
  if (typeof key === 'string') return 'text';
  return Array.isArray(key) ? 'array' : undefined;
}

/** Whether a key has a place in the order. @param {unknown} key */
export function hasOrder(key) {
  const kind = kindOf(key);
  return kind === 'array' ? key.every(hasOrder) : kind !== undefined;
}

/**
 * @param {unknown} key
 * @param {string} what names it in the message
 * @throws {ReplicationError} `invalid-argument`
 */
export function checkKey(key, what) {
  const kind = kindOf(key);
  if (kind === undefined) {
    throw new ReplicationError(
      'invalid-argument',
      `${what} is a ${typeof key}: keys are null, booleans, numbers, texts, and lists of these`,
    );
  }
  if (kind === 'array') for (const item of key) checkKey(item, `an item of ${what}`);
}

/**
 * The order of keys in an index: null, false, true, numbers, texts by UTF-16 unit, lists item by item, a list
 * before those that begin with it.
 *
 * @returns {number} below 0 if `a` comes first, 0 if they are equal
 */
export function compareKeys(a, b) {
  const kind = kindOf(a);
  const ranks = RANKS.indexOf(kind) - RANKS.indexOf(kindOf(b));
  if (ranks !== 0) return ranks;
  if (kind === 'array') return compareLists(a, b);
  if (a < b) return -1;
  return a > b ? 1 : 0;
}

function compareLists(a, b) {
  for (let at = 0; at < a.length && at < b.length; at++) {
    const order = compareKeys(a[at], b[at]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
