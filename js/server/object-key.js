import { parseCarCid } from './car-cid.js';

/**
 * @typedef {object} ObjectKey the place of one object, checked
 * @property {'data' | 'file' | 'meta'} kind
 * @property {string} database name
 * @property {string} name of the folder, as the path has it, decoded
 * @property {string} folder name of a folder, the same made safe for every file system
 * @property {string} file name of a file
 * @property {import('./car-cid.js').CarCid | null} cid of a CAR; null for a meta
 */

/** Longest name of a folder, bytes in UTF-8. */
const LONGEST_NAME = 255;

/** Characters that separate names, or that some file system refuses in them. */
// eslint-disable-next-line no-control-regex
const UNSAFE = /[\0-\x1f\x7f\\]/;
const ESCAPED = /[/%:*?"<>|]/g;

/** A path that names no object, because something in it is malformed or tries to escape. */
export class MalformedPathError extends Error {}

/**
 * Reads the path of an object (js/connectors/paths.js writes it).
 *
 * @param {string} pathname of the URL, percent-encoded
 * @returns {ObjectKey | null} null if there are no objects at such paths
 * @throws {MalformedPathError}
 */
export function parseObjectPath(pathname) {
  const [root, kind, ...names] = pathname.split('/');
  if (root !== '' || !['data', 'file', 'meta'].includes(kind)) return null;
  if (names.length !== 2) throw new MalformedPathError(`expected /${kind}/<database>/<object>`);
  const [folder, file] = names.map(decodeSegment);
  const cid = kind === 'meta' ? null : parseCarCid(/^(.*)\.car$/s.exec(file)?.[1] ?? '');
  if (kind === 'meta' && file !== 'main.json') throw new MalformedPathError('expected main.json');
  if (kind !== 'meta' && cid === null) throw new MalformedPathError('expected <CAR CID>.car');
  const pattern = kind === 'meta' ? /^fp\.(.*)\.\d+\.\d+$/s : /^fp\.(.*)$/s;
  const database = pattern.exec(folder)?.[1] ?? '';
  checkDatabaseName(database);
  return { kind, database, name: folder, folder: folderName(folder), file, cid };
}

/** @param {string} segment */
function decodeSegment(segment) {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new MalformedPathError('malformed percent-encoding');
  }
}

/**
 * Database names may have slashes in them, but not in a way that could climb out of a folder.
 * @param {string} name
 */
function checkDatabaseName(name) {
  const isClimbing = name.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (isClimbing || UNSAFE.test(name)) throw new MalformedPathError('malformed database name');
}

/**
 * The folder of a database: its name as it is, so that any static host serves the same folder at the same
 * URLs, but for the few characters that cannot stand in the name of a folder.
 *
 * @param {string} decoded
 */
function folderName(decoded) {
  const name = decoded.replaceAll(ESCAPED, (character) => encodeURIComponent(character));
  const safe = name.replaceAll('*', '%2A');
  if (new TextEncoder().encode(safe).length > LONGEST_NAME) {
    throw new MalformedPathError('the database name is too long');
  }
  return safe;
}
