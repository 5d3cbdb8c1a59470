/**
 * What is open, as the hash of the page's address, so that a reload or a bookmark opens it again:
 *
 *   #format=0.24&database=demo&url=http://127.0.0.1:8080/
 *
 * The key is left out: addresses end up in histories and in chats, and the database keeps its key
 * by itself.
 *
 * @typedef {object} Address
 * @property {'0.24' | '0.14'} format
 * @property {string} database its name
 * @property {string} url of the folder of its objects
 */

export const FORMATS = ['0.24', '0.14'];

/**
 * @param {string} hash with or without `#`
 * @returns {Address | null} null if it names no database
 */
export function readAddress(hash) {
  const { format, database, url } = Object.fromEntries(
    new URLSearchParams(hash.replace(/^#/, '')).entries(),
  );
  return FORMATS.includes(format) && database && url ? { format, database, url } : null;
}

/**
 * @param {Address} address
 * @returns {string} with `#`
 */
export function writeAddress({ format, database, url }) {
  return `#${new URLSearchParams({ format, database, url })}`;
}
