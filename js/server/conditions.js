/**
 * Conditional requests (RFC 9110, section 13) and ranges (section 14), as far as they concern one object.
 *
 * @typedef {object} Conditions
 * @property {string[] | null} ifMatch the tags of If-Match, `['*']` for any; null: no such header
 * @property {string[] | null} ifNoneMatch likewise
 */

/**
 * @param {Headers} headers
 * @returns {Conditions}
 */
export function conditionsOf(headers) {
  return {
    ifMatch: parseTags(headers.get('if-match')),
    ifNoneMatch: parseTags(headers.get('if-none-match')),
  };
}

/** @param {string | null} header */
function parseTags(header) {
  if (header === null) return null;
  return header.trim() === '*' ? ['*'] : (header.match(/(?:W\/)?"[^"]*"/g) ?? []);
}

/**
 * @param {Conditions} conditions
 * @param {string | null} etag of the object, strong; null: there is no object
 * @returns {boolean} false: If-Match is not fulfilled (412)
 */
export function matches({ ifMatch }, etag) {
  if (ifMatch === null) return true;
  return etag !== null && (ifMatch[0] === '*' || ifMatch.includes(etag));
}

/**
 * @param {Conditions} conditions
 * @param {string | null} etag
 * @returns {boolean} false: If-None-Match is not fulfilled (304 for reading, 412 for writing)
 */
export function differs({ ifNoneMatch }, etag) {
  if (ifNoneMatch === null || etag === null) return true;
  return ifNoneMatch[0] !== '*' && !ifNoneMatch.some((tag) => tag.replace(/^W\//, '') === etag);
}

/**
 * @param {Headers} headers
 * @param {{ size: number, etag: string }} object
 * @returns {{ start: number, end: number } | 'unsatisfiable' | null} bytes, `end` exclusive; null: answer
 *   with the whole object, since no single range is asked for
 */
export function rangeOf(headers, { size, etag }) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(headers.get('range') ?? '');
  const onlyIf = headers.get('if-range');
  if (match === null || (onlyIf !== null && onlyIf !== etag)) return null;
  const [first, last] = match.slice(1);
  if (first === '' && last === '') return null;
  if (first === '') {
    const length = Math.min(Number(last), size);
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size };
  }
  if (last !== '' && Number(last) < Number(first)) return null;
  if (Number(first) >= size) return 'unsatisfiable';
  return { start: Number(first), end: last === '' ? size : Math.min(Number(last) + 1, size) };
}
