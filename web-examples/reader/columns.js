/** Most columns that a table shows; what a document has beyond them is in its details. */
const MOST_COLUMNS = 8;

/** Documents that are looked at to decide on columns. */
const SAMPLE = 500;

/** Widths of columns in digits, and what letters that are wider than a digit get in addition. */
const NARROWEST = 6;
const WIDEST = 36;
const ALLOWANCE = 2;

/**
 * @typedef {object} Column
 * @property {string} name of a member of the documents
 * @property {boolean} isNumeric all values are numbers
 * @property {number} width in digits
 */

/**
 * The columns for some documents: `_id`, then their members, the most frequent ones first.
 *
 * @param {object[]} documents
 * @returns {Column[]}
 */
export function columnsOf(documents) {
  const sample = documents.slice(0, SAMPLE);
  const frequency = new Map();
  for (const document of sample) {
    for (const name of Object.keys(document)) {
      frequency.set(name, (frequency.get(name) ?? 0) + 1);
    }
  }
  frequency.delete('_id');
  const names = [...frequency].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return ['_id', ...names.slice(0, MOST_COLUMNS - 1)].map((name) => columnOf(name, sample));
}

/** @returns {Column} */
function columnOf(name, documents) {
  const values = documents.map((document) => document[name]).filter((value) => value !== undefined);
  const longest = values.reduce((most, value) => Math.max(most, textOf(value).length), name.length);
  return {
    name,
    isNumeric: values.length > 0 && values.every((value) => isNumber(value)),
    width: Math.min(Math.max(longest + ALLOWANCE, NARROWEST), WIDEST),
  };
}

const isNumber = (value) => typeof value === 'number' || typeof value === 'bigint';

/** The small parts that a list is shown as, or null for other values. */
export function partsOf(value) {
  const isList = Array.isArray(value) && value.length > 0;
  return isList && value.every((part) => Object(part) !== part) ? value.map(textOf) : null;
}

/**
 * A value in one line.
 *
 * @param {unknown} value of a member; undefined: the document has none
 * @returns {string}
 */
export function textOf(value) {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Object(value) !== value) return String(value);
  const shown = (_, part) => {
    if (typeof part === 'bigint') return String(part);
    return part instanceof Uint8Array ? `${part.length} bytes` : part;
  };
  return JSON.stringify(value, shown);
}
