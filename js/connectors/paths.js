/**
 * Where the objects of a database lie at REST servers, S3 buckets and static hosts, for both formats:
 *
 *   data/fp.<database>/<cid>.car
 *   file/fp.<database>/<cid>.car
 *   meta/fp.<database>.<format>/main.json
 *
 * The database name is percent-encoded as one path segment. Names in the raw interface (format page 0.14,
 * section 2.3) are the same without the encoding.
 */

/** The only branch that exists. */
export const BRANCH = 'main';

/** @param {import('./connector.js').Database} database */
export const dataName = ({ database }) => `fp.${database}`;

/** @param {import('./connector.js').Database} database */
export const metaName = ({ database, format }) => `fp.${database}.${format}`;

/**
 * @param {import('./connector.js').Database} database
 * @param {'data' | 'file'} kind
 * @param {string} cid as text
 * @returns {string} a relative URL path
 */
export function carPath(database, kind, cid) {
  return `${kind}/${encodeURIComponent(dataName(database))}/${encodeURIComponent(cid)}.car`;
}

/**
 * @param {import('./connector.js').Database} database
 * @returns {string} a relative URL path
 */
export function metaPath(database) {
  return `meta/${encodeURIComponent(metaName(database))}/${BRANCH}.json`;
}
