const TAG = '(?:W/)?"[\\x21\\x23-\\x7e\\x80-\\xff]*"';
const CONDITION = new RegExp(`^\\s*(?:\\*|${TAG}(?:\\s*,\\s*${TAG})*)\\s*$`);

/**
 * Whether the conditions of a request can be understood (RFC 9110, sections 13.1.1 and 13.1.2). One that cannot must not
 * count as fulfilled: what it was to protect would be overwritten.
 *
 * @param {{ get: (name: string) => string | null }} headers
 * @returns {boolean}
 */
export function areConditionsClear(headers) {
  return ['if-match', 'if-none-match'].every((name) => {
    const value = headers.get(name);
    return value === null || CONDITION.test(value);
  });
}
