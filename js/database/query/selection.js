import { checkFlag, refuse } from '../members.js';
import { checkLimit } from '../options.js';
import { checkKey, compareKeys } from './key-order.js';

/**
 * Where a key lies: before (below 0), in (0) or behind (above 0) a part of the index.
 *
 * @typedef {(key: unknown) => number} Place
 */

/**
 * What the options of a query choose from an index. `keys` are answered in the order in which they are given.
 *
 * @param {{ key?: any, keys?: any[], range?: [any, any], prefix?: any, limit?: number, descending?: boolean }} options
 * @returns {(rows: { key: unknown }[]) => object[]} of rows in key order
 * @throws {ReplicationError} `invalid-argument`
 */
export function selection({ limit = Infinity, descending = false, ...options }) {
  if (limit !== Infinity) checkLimit(limit);
  checkFlag(descending, 'descending');
  const sections = sectionsOf(options);
  return (rows) => {
    const found = sections.flatMap((places) => {
      const section = places.flatMap((place) => partOf(rows, place));
      return descending ? section.reverse() : section;
    });
    return found.slice(0, limit);
  };
}

/** @returns {Place[][]} sections of the answer, each of parts in key order */
function sectionsOf({ key, keys, range, prefix }) {
  const given = Object.entries({ key, keys, range, prefix }).filter(
    ([, option]) => option !== undefined,
  );
  if (given.length > 1) refuse(`give one of ${given.map(([name]) => `\`${name}\``).join(' and ')}`);
  if (key !== undefined) return [[equals(key, '`key`')]];
  if (keys !== undefined)
    return listed(keys, '`keys`').map((item) => [equals(item, 'an item of `keys`')]);
  if (range !== undefined) return [[between(listed(range, '`range`'))]];
  if (prefix !== undefined) return [beginsWith(prefix)];
  return [[() => 0]];
}

/** @returns {Place} */
function equals(wanted, what) {
  checkKey(wanted, what);
  return (key) => compareKeys(key, wanted);
}

/** @returns {Place} both ends belong to it */
function between(range) {
  if (range.length !== 2) refuse('`range` is [from, to]');
  const [from, to] = range;
  checkKey(range, '`range`');
  return (key) => (compareKeys(key, from) < 0 ? -1 : Math.max(0, compareKeys(key, to)));
}

/** @returns {Place[]} lists that begin with these items; for a text, also the texts that begin with it */
function beginsWith(prefix) {
  checkKey(prefix, '`prefix`');
  if (Array.isArray(prefix)) return [listsThatBegin(prefix)];
  const lists = listsThatBegin([prefix]);
  return typeof prefix === 'string' ? [textsThatBegin(prefix), lists] : [lists];
}

function textsThatBegin(prefix) {
  return (key) =>
    typeof key === 'string' && key.startsWith(prefix) ? 0 : compareKeys(key, prefix);
}

function listsThatBegin(items) {
  return (key) => compareKeys(Array.isArray(key) ? key.slice(0, items.length) : key, items);
}

/** The rows of one part, by halving. */
function partOf(rows, place) {
  return rows.slice(
    firstThat(rows, (key) => place(key) >= 0),
    firstThat(rows, (key) => place(key) > 0),
  );
}

function firstThat(rows, reached) {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(rows[middle].key)) high = middle;
    else low = middle + 1;
  }
  return low;
}

function listed(option, name) {
  return Array.isArray(option) ? option : refuse(`${name} is a list of keys`);
}
